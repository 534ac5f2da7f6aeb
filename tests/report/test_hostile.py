"""Text that attacks the reader: forty payloads in every place where a stranger's text may stand."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from repro.report import build, summarise
from repro.report.model import Report

PAYLOADS = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src='https://example.org'></iframe>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href='https://example.org/'>",
    "<form action=https://example.org><input></form>",
    "<object data=https://example.org></object>",
    "<style>@import 'https://example.org/x.css'</style>",
    "<!--", "-->", "]]>", "<![CDATA[<script>alert(1)</script>]]>", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY y 'z'>]>&y;",
    "&lt;script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "{{ 7 * 7 }}", "{% raw %}{{ config }}", "${7*7}#{7*7}",
    "\x00\x01\x02NUL", "\x1b[31mred\x1b]0;title\x07", "\x9b31m\x85C1", "\u202egnp.exe", "\u2066\u2067\u2069isolate", "\ud800lone",
    "=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "](javascript:alert(1)) | cell `code` **bold**",
]  # fmt: skip
REFUSED = {
    "script",
    "iframe",
    "object",
    "embed",
    "base",
    "form",
    "input",
    "applet",
    "frame",
    "audio",
    "video",
    "use",
    "foreignobject",
}
LINKS = {"href", "src", "action", "data", "xlink:href", "srcset", "formaction", "poster"}


class Page(HTMLParser):
    """The structure of a page: (tag, names of attributes) in order, and what is dangerous in it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.structure: list[tuple[str, tuple[str, ...]]] = []
        self.dangers: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag; refuse scripts, handlers, loads from elsewhere and styles that are not widths of a bar."""
        self.structure.append((tag, tuple(name for name, _ in attrs)))
        given = {name: value or "" for name, value in attrs}
        if tag in REFUSED or (tag == "link" and given.get("href") != "data:,"):
            self.dangers.append(f"<{tag}>")
        if tag == "meta" and given.get("http-equiv", "content-security-policy").lower() != "content-security-policy":
            self.dangers.append("meta")
        for name, value in given.items():
            if name.startswith("on") or (name == "style" and not re.fullmatch(r"flex-grow:\d+", value)):
                self.dangers.append(f"{name}={value}")
            if (
                name in LINKS
                and value != "data:,"
                and (re.match(r"\s*[a-zA-Z][\w+.-]*:", value) or value.strip().startswith(("//", "\\")))
            ):
                self.dangers.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        """Collect the text that a reader sees."""
        self.text += data

    def handle_comment(self, data: str) -> None:
        """No page has a comment."""
        self.dangers.append(f"comment {data}")


@pytest.fixture(scope="module")
def structure(
    make_report: Callable[..., Report], tmp_path_factory: pytest.TempPathFactory
) -> dict[int, list[tuple[str, tuple[str, ...]]]]:
    """The structure of each page, in order of rendering, of a report with harmless text."""
    folder = tmp_path_factory.mktemp("plain") / "report"
    build(make_report(9, lambda text: text + " harmless", panels=(3,)), folder)
    return {index: Page(page).structure for index, (_, page) in enumerate(pages(folder))}


def pages(folder: Path) -> list[tuple[str, str]]:
    """Names and texts of a site's pages; documents in the order of their number, which their titles do not hide."""
    found = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.html"))]
    return [(name, text) for name, text in found if not name.startswith("source.")]


def test_there_are_forty_payloads() -> None:
    """The list keeps the size that the fault list asks for."""
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 40


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(40))
def test_no_text_becomes_markup(
    make_report: Callable[..., Report],
    structure: dict[int, list[tuple[str, tuple[str, ...]]]],
    tmp_path: Path,
    payload: str,
) -> None:
    """With a payload in every text the pages have tag for tag the structure that harmless text gives, and nothing dangerous."""
    folder = tmp_path / "results" / "report"
    build(make_report(9, lambda text: text + payload, panels=(3,)), folder)
    made = pages(folder)
    assert len(made) == len(structure)
    for index, (name, text) in enumerate(made):
        page = Page(text)
        assert page.dangers == [], name
        assert page.structure == structure[index], name
    for path in folder.glob("source.*.html"):
        assert Page(path.read_text(encoding="utf-8")).dangers == []
    for path in (folder / "figures").iterdir():
        picture = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(picture)
        names = {element.tag.rpartition("}")[2].lower() for element in root.iter()}
        assert not names & (REFUSED - {"use"}) and not [
            a for e in root.iter() for a in e.attrib if a.lower().startswith("on")
        ]
        for element in root.iter():
            for name, value in element.attrib.items():
                assert not name.endswith("href") or value.startswith(("#", "data:image/png"))
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert not set(raw) & {*range(9), 11, 12, *range(14, 32), 127}
            assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069]", raw.decode("utf-8"))


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(40))
def test_no_text_escapes_from_the_summary(make_report: Callable[..., Report], tmp_path: Path, payload: str) -> None:
    """Every CSV row has its columns and no formula; every Markdown table row has its cells and no HTML."""
    markdown, *tables = summarise(make_report(9, lambda text: payload + text), tmp_path)
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert rows and {len(row) for row in rows} == {len(header)}
        assert not [
            cell
            for row in rows
            for cell in row
            if cell[:1] in set("=+-@") and not re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", cell)
        ]
    text = markdown.read_text(encoding="utf-8")
    assert "<" not in text and ">" not in text
    assert not re.search(r"(?<!\\)\]\(", text)
    bars = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("| ")}
    assert bars == {3, 8, 9}


def test_a_payload_is_shown_as_it_stands(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """Escaping loses nothing: the reader sees the very text."""
    build(make_report(6, lambda text: text + "<script>alert(1)</script>"), tmp_path / "report")
    assert (
        "A. Teacher and B. Student<script>alert(1)</script>"
        in Page((tmp_path / "report" / "index.html").read_text()).text
    )


def test_no_template_switches_escaping_off() -> None:
    """Only this package's own pictures are markup: no `safe` filter, no autoescape block."""
    import repro.report

    for path in (Path(repro.report.__file__).parent / "templates").iterdir():
        assert not re.search(r"\|\s*safe|autoescape", path.read_text(encoding="utf-8")), path.name
