"""The harness: claims in, verdicts with evidence out. Knows the algorithms only as dotted names."""

__version__ = "0.1.0"
