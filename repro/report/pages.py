"""The pages of the site: which there are, what each template is given, and how text enters them.

Every text goes through `clean` (by jinja2's `finalize`) and is escaped; the only markup that templates insert unescaped
are the pictures made in `interval`, `history` and `diagram`, which escape what they hold. There is no script at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket

from repro.report import gallery, history, interval, speed, text, verdict
from repro.report.gallery import Shown
from repro.report.links import Links
from repro.report.model import ClaimView, Document, ExhibitView, LedgerRow, Report, Section

NAVIGATION = (
    ("index.html", "Overview"),
    ("errata.html", "Errata"),
    ("figures.html", "Figures"),
    ("controls.html", "Controls"),
    ("ledger.html", "Ledger"),
    ("speed.html", "Speed"),
    ("provenance.html", "Provenance"),
    ("method.html", "Method"),
)


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates of this process: who builds twice (a test, a notebook) compiles once."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def render(report: Report, shown: Mapping[tuple[str, str], Shown]) -> Iterator[tuple[str, str]]:
    """Yield (file name, text) for every page."""
    links = Links(report)
    environment = _environment(report, links, shown)

    def page(name: str, template: str, **context: Any) -> tuple[str, str]:
        return name, environment.get_template(template).render(here=name, **context)

    yield page("index.html", "index.html", best=gallery.best(shown), attention=_attention(report), worst=_worst(report))
    yield page("errata.html", "errata.html")
    yield page("figures.html", "figures.html", shown=list(shown.values()))
    yield page("controls.html", "controls.html", survivors=_survivors(report))
    yield page("ledger.html", "ledger.html", groups=_ledger_groups(report))
    yield page("speed.html", "speed.html", ratios=[(one, found) for one in report.speed if (found := speed.rows(one))])
    yield page("provenance.html", "provenance.html", facts=_facts(report))
    yield page("method.html", "method.html")
    for document in report.documents:
        slides = {section.id: _slides(section) for section in document.sections}
        statements = {row.row: row for row in report.ledger}
        yield page(links.document(document), "document.html", document=document, slides=slides, statements=statements)
    for one in shown.values():
        if one.apart:
            yield page(links.figure(one.document, one.exhibit), "figure.html", one=one)
    for path, content in sorted(report.sources.items()):
        yield page(links.source_page(path), "source.html", path=path, lines=text.clean(content).split("\n"))


def _environment(report: Report, links: Links, shown: Mapping[tuple[str, str], Shown]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("repro.report"),
        bytecode_cache=_COMPILED,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        report=report, link=links, navigation=NAVIGATION, exhibits=shown, errata=verdict.errata(report), kinds=verdict.KINDS,
        looks=verdict.LOOKS, look=verdict.of_claim, run_look=verdict.of_run, row_look=verdict.of_row, spoken=verdict.spoken,
        best_run=verdict.best_run, counts=verdict.counts, control_counts=verdict.controls,
        decided=sum(map(verdict.decided, report.ledger)), plot=interval.draw, history=history, speed=speed,
    )  # fmt: skip
    environment.filters.update(number=text.number, seconds=text.seconds)
    environment.globals["span"] = text.span
    return environment


def _finalize(value: Any) -> Any:
    """Clean every plain text that a template prints; markup made by this package is clean already."""
    return text.clean(value) if type(value) is str else value


def _attention(report: Report) -> list[tuple[ClaimView, str]]:
    """Return the claims that need a person: unexpected verdicts, errors, and checks that a broken variant passed."""
    found = []
    for claim in report.claims:
        look = verdict.of_claim(claim)
        if look.key in ("surprise", "error"):
            found.append((claim, verdict.spoken(claim)))
        elif any(control.state == "survived" for control in claim.controls):
            found.append((claim, "a broken variant passed its check"))
    return found


def _worst(report: Report, most: int = 6) -> list[tuple[Document, ClaimView]]:
    """Return the errata for the first page: the plainly wrong before the merely loose."""
    order = {kind: place for place, kind in enumerate(verdict.KINDS)}
    return sorted(
        verdict.errata(report), key=lambda found: order.get(found[1].refuted.kind if found[1].refuted else "", 9)
    )[:most]


def _survivors(report: Report) -> list[tuple[ClaimView, Any]]:
    return [(claim, c) for claim in report.claims for c in claim.controls if c.state == "survived"]


def _slides(section: Section) -> list[tuple[str, list[ClaimView], list[ExhibitView]]]:
    """Group a section's claims by slide, in order, each slide with its exhibits; exhibits of other slides come last."""
    groups = [(slide, list(claims)) for slide, claims in groupby(section.claims, lambda claim: claim.slide)]
    last = {slide: index for index, (slide, _) in enumerate(groups)}
    beside: dict[int, list[ExhibitView]] = {}
    for exhibit in section.exhibits:
        beside.setdefault(last.get(exhibit.slide, len(groups)), []).append(exhibit)
    result = [(slide, claims, beside.get(index, [])) for index, (slide, claims) in enumerate(groups)]
    rest = groupby(beside.get(len(groups), []), lambda exhibit: exhibit.slide)
    return [*result, *((slide, [], list(exhibits)) for slide, exhibits in rest)]


def _ledger_groups(report: Report) -> list[tuple[str, str, list[LedgerRow]]]:
    """Return (title, key of the style, rows) in the order in which a reader wants them."""
    groups: dict[str, list[LedgerRow]] = {}
    for row in report.ledger:
        look = verdict.of_row(row)
        groups.setdefault(look.key if look else row.state, []).append(row)
    order = {
        "refuted": "Refuted, with a correction",
        "error": "Broken measurements",
        "inconclusive": "Inconclusive",
        "open": "Open: nothing checks it yet",
        "missing": "Not run here",
        "reproduced": "Reproduced",
        "unchecked": "Not checkable, with the reason",
    }
    return [(title, key, groups[key]) for key, title in order.items() if key in groups]


def _facts(report: Report) -> dict[str, list[tuple[str, int]]]:
    """Return, for each kind of provenance but the long ones, its values and how many runs have each."""
    found: dict[str, Counter[str]] = {}
    for claim in report.claims:
        for run in claim.runs:
            for name, value in run.provenance.items():
                if name not in ("fingerprint", "measured"):
                    found.setdefault(name, Counter())[value] += 1
    return {
        name: sorted(values.items(), key=lambda item: (-item[1], item[0])) for name, values in sorted(found.items())
    }
