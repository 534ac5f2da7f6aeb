"""Where things stand in the report: page names, anchors, and links to specs and code."""

from __future__ import annotations

from pathlib import PurePosixPath

from repro.report.model import Document, ExhibitView, Report
from repro.report.text import anchor, clean, href, slug


class Links:
    """All addresses of one report, computed once."""

    def __init__(self, report: Report) -> None:
        self._root = report.root
        self._sources = report.sources
        self._lines = {path: len(text.split("\n")) for path, text in report.sources.items()}
        self._claims = {
            claim.id: f"{self.document(document)}#{self.claim_anchor(claim.id)}"
            for document in report.documents
            for claim in document.claims
        }
        self._documents = {document.id: document for document in report.documents}
        self._rows = {row.row for row in report.ledger}

    def document(self, document: Document) -> str:
        """Return the page of a document."""
        return f"document.{slug(document.id)}.html"

    def document_by_id(self, name: str) -> str | None:
        """Return the page of the document of this id, if the report has one."""
        return self.document(self._documents[name]) if name in self._documents else None

    def document_title(self, name: str) -> str:
        """Return the title of the document of this id, or the id where the report has no such document."""
        return self._documents[name].title if name in self._documents else name

    def claim_anchor(self, name: str) -> str:
        """Return the `id` attribute of a claim."""
        return f"claim-{anchor(name)}"

    def exhibit_anchor(self, name: str) -> str:
        """Return the `id` attribute of an exhibit."""
        return f"exhibit-{anchor(name)}"

    def figure(self, document: Document, exhibit: ExhibitView) -> str:
        """Return the page of an exhibit that has one of its own."""
        return f"figure.{slug(document.id)}.{slug(exhibit.id)}.html"

    def section_anchor(self, name: str) -> str:
        """Return the `id` attribute of a section."""
        return f"section-{anchor(name)}"

    def row_anchor(self, name: str) -> str:
        """Return the `id` attribute of a row of the ledger."""
        return f"row-{anchor(name)}"

    def claim(self, name: str) -> str | None:
        """Return the address of a claim, if the report has it."""
        return self._claims.get(name)

    def row(self, name: str) -> str | None:
        """Return the address of a row of the ledger, if the report has it."""
        return f"ledger.html#{self.row_anchor(name)}" if name in self._rows else None

    def source_page(self, path: str) -> str:
        """Return the page that shows a file of `Report.sources`."""
        return f"source.{slug(path)}.html"

    def source(self, path: str, line: int = 0) -> str | None:
        """Return the address of a line of a spec or of code: its page in the report, else the file in the checkout."""
        if path in self._sources:
            return self.source_page(path) + (f"#L{line}" if 0 < line <= self._lines[path] else "")
        return self.file(path)

    def file(self, path: str) -> str | None:
        """Return the address of a file in the checkout; None for a path that leads out of it."""
        if not path or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            return None
        return f"{href(self._root)}/{href(path)}"

    def place(self, path: str, line: int = 0) -> str:
        """Return `path:line` as text."""
        return clean(f"{path}:{line}" if line else path)
