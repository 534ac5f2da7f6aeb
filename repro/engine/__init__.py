"""Measuring: workers, looks, records. Nothing here knows what a document says beyond what its claim holds."""
