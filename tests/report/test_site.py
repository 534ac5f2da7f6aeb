"""The site as files: whole or not at all, the same bytes each time, every link resolved."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from repro.report import build, pages
from repro.report import site as site_module
from repro.report.model import ExhibitView, Report

PAGES = {"index", "errata", "figures", "controls", "ledger", "speed", "provenance", "method"}
BROKEN: tuple[dict[str, Any], ...] = (
    {"panels": 3},
    {"panels": [{"series": [{"x": [1], "y": ["a"]}]}]},
    {"table": {"rows": []}},
    {},
)


class Addresses(HTMLParser):
    """The ids of a page, and what it links to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect ids, links and images."""
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.targets.append(given["href"] or "")
        if tag == "img":
            self.targets.append(given["src"] or "")
            self.images.append(given)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def broken_links(folder: Path) -> list[str]:
    """Links of a site whose file or anchor does not exist, and ids that stand twice."""
    found = {path.name: Addresses(path) for path in folder.glob("*.html")}
    faults = []
    for name, page in found.items():
        faults += [f"{name}: id {one} twice" for one in set(page.ids) if page.ids.count(one) > 1]
        for target in page.targets:
            parts = urlsplit(target)
            path = folder / unquote(parts.path) if parts.path else folder / name
            if parts.scheme or not path.is_file():
                faults.append(f"{name}: {target}: no such file")
            elif parts.fragment and unquote(parts.fragment) not in found[path.name].ids:
                faults.append(f"{name}: {target}: no such anchor")
    return faults


def test_every_page_is_there(site: Path) -> None:
    """Overview, errata, figures, controls, ledger, speed, provenance, method, and one page a document."""
    names = {path.stem for path in site.glob("*.html")}
    assert names >= PAGES
    assert len([name for name in names if name.startswith("document.")]) == 3


def test_links_resolve(site: Path) -> None:
    """Every link leads to a file, and to an id in it; no id stands twice on a page."""
    assert broken_links(site) == []


def test_links_resolve_without_sources_and_with_strange_names(
    make_report: Callable[..., Report], tmp_path: Path
) -> None:
    """Where source pages are left out, links lead into the checkout; odd names in ids change nothing."""
    report = make_report(12, lambda text: text + " <&\"'#?%/\\é\u202e", sources=False)
    for path in ("implementations/autodiff/experiments.py", "specs/one/autodiff.toml"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
    build(report, tmp_path / "results" / "report")
    assert broken_links(tmp_path / "results" / "report") == []


def test_a_path_out_of_the_checkout_is_no_link(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """A spec cannot make the report point at files elsewhere."""
    report = make_report(3, sources=False, documents=1)
    section = report.documents[0].sections[0]
    claim = replace(section.claims[0], source_path="../../../etc/passwd", spec_path="/etc/passwd")
    document = replace(report.documents[0], sections=(replace(section, claims=(claim,), exhibits=()),))
    build(replace(report, documents=(document,)), tmp_path / "report")
    assert not [
        target
        for path in (tmp_path / "report").glob("*.html")
        for target in Addresses(path).targets
        if "passwd" in target
    ]


def test_the_same_report_gives_the_same_bytes(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """Ten builds, in place, elsewhere and in a process with another hash seed, do not differ in a byte."""
    first = contents(build(make_report(9), tmp_path / "a").parent)
    code = "import runpy, sys, pathlib; made = runpy.run_path(sys.argv[1]); made['build'](made['report'](9), pathlib.Path(sys.argv[2]))"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    helper = Path(__file__).with_name("conftest.py")
    subprocess.run([sys.executable, "-c", code, helper, tmp_path / "other"], check=True, env=environment)
    assert contents(tmp_path / "other") == first
    for index in range(8):
        assert contents(build(make_report(9), tmp_path / ("a" if index % 2 else f"b{index}")).parent) == first


def test_nothing_is_left_beside_the_report(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """After building twice there is the report and nothing else."""
    for _ in range(2):
        build(make_report(3), tmp_path / "report")
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("fault", ["render", "write", "swap"])
def test_a_failure_leaves_the_old_report(
    make_report: Callable[..., Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A template that breaks, a full disk, a rename that fails: the old site stays as it was, and no rest lies about."""
    build(make_report(3), tmp_path / "report")
    before = contents(tmp_path / "report")
    error = OSError(28, "No space left on device")

    def fail(*arguments: object, **keywords: object) -> None:
        raise error

    rename = Path.rename
    if fault == "render":
        monkeypatch.setattr(pages, "render", fail)
    elif fault == "write":
        monkeypatch.setattr(Path, "write_text", fail)
    else:
        monkeypatch.setattr(Path, "rename", lambda self, to: fail() if ".new-" in self.name else rename(self, to))
    with pytest.raises(OSError, match="No space left"):
        build(make_report(6), tmp_path / "report")
    monkeypatch.undo()
    assert contents(tmp_path / "report") == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_folder_that_is_no_report_is_never_replaced(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """Somebody's documents are not deleted; an empty folder and an old report are replaced."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("")
    for name in ("home", "file"):
        with pytest.raises(FileExistsError, match="not a report"):
            build(make_report(3), tmp_path / name)
    assert (tmp_path / "home" / "thesis.txt").read_text() == "years of work"
    (tmp_path / "empty").mkdir()
    assert build(make_report(3), tmp_path / "empty").is_file()


def test_a_link_to_a_folder_stays_a_link(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """The report is built where the link leads, and the link is kept."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    build(make_report(3), tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real" / "index.html").is_file()


def test_a_report_on_nothing_says_so(tmp_path: Path) -> None:
    """No documents, no ledger, no speed: every page is there, and says what was not run and how to run it."""
    build(Report("Nothing yet"), tmp_path / "report")
    assert "Nothing has been measured yet" in (tmp_path / "report" / "index.html").read_text()
    speed = (tmp_path / "report" / "speed.html").read_text()
    assert "make bench-peers" in speed and speed.count("Not run") == 2
    assert broken_links(tmp_path / "report") == []


def test_a_broken_exhibit_is_named_and_the_rest_is_shown(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """Data of the wrong form cost their own picture only."""
    report = make_report(3, documents=1)
    section = report.documents[0].sections[0]
    broken = tuple(
        ExhibitView(f"broken_{i}", "SLIDE", "A broken picture", "m:f", data) for i, data in enumerate(BROKEN)
    )
    document = replace(report.documents[0], sections=(replace(section, exhibits=(*section.exhibits, *broken)),))
    build(replace(report, documents=(document,)), tmp_path / "report")
    text = (tmp_path / "report" / "figures.html").read_text()
    assert text.count("Cannot be shown") == 4 and text.count("<img") == 1


def test_each_picture_has_words_and_a_table(site: Path) -> None:
    """Images have an alternative text; where there are images there is a table of the same numbers."""
    for path in site.glob("*.html"):
        assert all(image.get("alt") for image in Addresses(path).images)
    assert (site / "figures.html").read_text().count("The numbers as a table") == 1


def test_claims_stand_in_slide_order(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """A document's page lists its claims as its specifications do."""
    report = make_report(20, documents=1)
    build(report, tmp_path / "report")
    ids = Addresses(tmp_path / "report" / "document.document-0.html").ids
    assert [one for one in ids if one.startswith("claim-")] == [
        f"claim-{claim.id}" for claim in report.documents[0].claims
    ]


def test_numbers_of_a_claim_are_on_its_page(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """What is printed, what is measured with its interval and seeds, the correction and its confirmation."""
    report = make_report(3, documents=1)
    build(report, tmp_path / "report")
    text = (tmp_path / "report" / "document.document-0.html").read_text()
    claim = report.claims[2]
    run = claim.runs[0]
    assert claim.refuted is not None and run.interval is not None
    for piece in (
        claim.documented,
        run.measured,
        claim.refuted.because,
        claim.refuted.corrected,
        claim.refuted.confirm,
    ):
        assert piece in text
    assert "95 % interval 11.25 to 11.85, 64 seeds<" in text
    assert "refuted: loose" in text


def test_the_denominator_is_stated(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """The overview says how many rows of the ledger are decided, of how many."""
    report = make_report(21)
    decided = sum(claim.runs[0].outcome.split(":")[0] in ("reproduced", "refuted") for claim in report.claims)
    build(report, tmp_path / "report")
    assert (
        f"<strong>{decided} of {len(report.ledger)}</strong> rows" in (tmp_path / "report" / "index.html").read_text()
    )


def test_rendering_is_linear_and_quick(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """A thousand claims take under 3 s of this process, four times as many not ten times as long: quadratic work would be sixteen times."""

    def spent(claims: int) -> float:
        report = replace(
            make_report(claims),
            documents=tuple(
                replace(d, sections=tuple(replace(s, exhibits=()) for s in d.sections))
                for d in make_report(claims).documents
            ),
        )
        start = time.process_time()
        build(report, tmp_path / "report")
        return time.process_time() - start

    spent(50)
    small, large = (min(spent(claims) for _ in range(4)) for claims in (250, 1000))
    assert large < 3.0
    assert large < 10 * small


def test_two_hundred_claims_stay_light(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """A report on two hundred claims weighs less than 5 MB."""
    build(make_report(200), tmp_path / "report")
    assert sum(map(len, contents(tmp_path / "report").values())) < 5_000_000


def test_the_report_is_readable_by_others(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """The folder has the usual permissions, not those of a temporary one."""
    build(make_report(3), tmp_path / "report")
    other = tmp_path / "other"
    other.mkdir()
    assert (tmp_path / "report").stat().st_mode == other.stat().st_mode
    assert site_module.MARK in {path.name for path in (tmp_path / "report").iterdir()}
