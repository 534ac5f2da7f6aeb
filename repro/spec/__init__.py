"""What the documents say: TOML files, strictly validated, gathered into a suite."""

from repro.spec.loading import load_suite
from repro.spec.suite import Claim, Document, Exhibit, Section, Suite

__all__ = ["Claim", "Document", "Exhibit", "Section", "Suite", "load_suite"]
