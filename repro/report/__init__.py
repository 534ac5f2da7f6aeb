"""The report: a site that opens offline from a file, a Markdown summary and tables, as a pure function of a `Report`.

`build` writes the site, `summarise` the summary and the CSV files that are tracked. Importing this package imports neither
jinja2 nor matplotlib, so that the command line stays quick.
"""

from __future__ import annotations

from pathlib import Path

from repro.report.model import Report


def build(report: Report, folder: Path) -> Path:
    """Write the site to `folder`, whole or not at all, and return its `index.html`; see `repro.report.site.build`."""
    from repro.report import site

    return site.build(report, folder)


def summarise(report: Report, folder: Path) -> list[Path]:
    """Write `SUMMARY.md`, `claims.csv` and `errata.csv` to `folder`; see `repro.report.summary.write`."""
    from repro.report import summary

    return summary.write(report, folder)
