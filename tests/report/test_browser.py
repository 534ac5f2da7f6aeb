"""The report in headless Chromium, from the file: silent, offline, readable on a phone, in the dark and by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import pytest

from repro.report import build
from repro.report.model import Report

OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# Each piece of text against the nearest opaque background behind it, as WCAG 2 defines contrast; pictures are not text of the page.
CONTRAST = """() => {
  const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = text => { const v = text.match(/[\\d.]+/g).map(Number); return {rgb: v.slice(0, 3), alpha: v.length > 3 ? v[3] : 1} };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.alpha == 1) return c.rgb } return [255, 255, 255] };
  const faults = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
    if (['STYLE', 'TITLE', 'title'].includes(e.tagName) || !e.getClientRects().length) continue;
    const style = getComputedStyle(e);
    const ink = light(parse(e.closest('svg') ? style.fill : style.color).rgb), paper = light(behind(e));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) faults.push(`${e.tagName}.${e.className.baseVal ?? e.className} ${ratio.toFixed(2)}: ${e.textContent.trim().slice(0, 40)}`);
  }
  return [...new Set(faults)];
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium that this machine has; tests are skipped, with the reason, where it has none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (browser group)")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: install chromium to test the report in a browser")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(OPTIONS))
        yield browser
        browser.close()


class Visit:
    """A tab that notes what a page says and asks for."""

    def __init__(self, browser: Any, **settings: Any) -> None:
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.noise: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.noise.append(message.text))
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("requestfailed", lambda request: self.noise.append(f"failed: {request.url}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _dismiss(self, dialog: Any) -> None:
        self.noise.append(dialog.message)
        dialog.dismiss()

    def open(self, path: Path) -> Any:
        """Open a file and let it settle."""
        self.page.goto(path.as_uri())
        return self.page

    def __enter__(self) -> Self:
        """Use the tab."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.context.close()


def test_console_is_empty_and_nothing_comes_from_the_network(chromium: Any, site: Path) -> None:
    """Every page loads without a word, asks for files of the report only, and shows its pictures."""
    with Visit(chromium) as visit:
        for path in sorted(site.glob("*.html")):
            page = visit.open(path)
            page.evaluate("() => document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
            page.wait_for_function("() => [...document.images].every(image => image.complete)")
            assert page.evaluate("() => [...document.images].every(image => image.naturalWidth > 0)"), path.name
        assert visit.noise == []
        assert [url for url in visit.requests if not url.startswith((site.as_uri() + "/", "data:,"))] == []


@pytest.mark.parametrize("width", [360, 640, 1280])
def test_no_page_is_wider_than_the_screen(
    chromium: Any, make_report: Callable[..., Report], site: Path, tmp_path: Path, width: int
) -> None:
    """A phone, a laptop at 200 % zoom and a desktop scroll up and down only, even where texts are one endless word."""
    build(make_report(6, lambda text: text + "_" + "endless" * 30, panels=(0, 1)), tmp_path / "report")
    with Visit(chromium, viewport={"width": width, "height": 740}) as visit:
        for path in (*sorted(site.glob("*.html")), *sorted((tmp_path / "report").glob("*.html"))):
            page = visit.open(path)
            page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(chromium: Any, site: Path, scheme: str) -> None:
    """Every text has a contrast of at least 4.5 to 1 with what is behind it, by day and by night."""
    with Visit(chromium, color_scheme=scheme) as visit:
        for path in sorted(site.glob("*.html")):
            page = visit.open(path)
            page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate(CONTRAST) == [], path.name
        dark = (
            sum(
                map(
                    int,
                    page.evaluate("() => getComputedStyle(document.body).backgroundColor").strip("rgb()").split(","),
                )
            )
            < 200
        )
        assert dark == (scheme == "dark")


# The words of a diagram against the box behind them; a colour that was mixed is computed as fractions of one.
IN_BOXES = """() => {
  const channel = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const parse = text => { const v = text.match(/[\\d.]+/g).map(Number).slice(0, 3); return text.startsWith('rgb') ? v.map(c => c / 255) : v };
  const light = text => { const [r, g, b] = parse(text).map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  return [...document.querySelectorAll('.diagram .box')].flatMap(box => {
    const paper = light(getComputedStyle(box.querySelector('rect')).fill);
    return [...box.querySelectorAll('text')].map(text => {
      const ink = light(getComputedStyle(text).fill);
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    });
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_boxes(chromium: Any, site: Path, scheme: str) -> None:
    """In a diagram every text has a contrast of at least 4.5 to 1 with its box, and fits into it."""
    fits = """() => [...document.querySelectorAll('.diagram .box')].every(box => {
      const width = box.querySelector('rect').getBBox().width;
      return [...box.querySelectorAll('text')].every(text => text.getBBox().width <= width);
    })"""
    with Visit(chromium, color_scheme=scheme) as visit:
        page = visit.open(site / "figure.document-0.figure_0.html")
        ratios = page.evaluate(IN_BOXES)
        assert len(ratios) == 6 and min(ratios) >= 4.5
        assert page.evaluate(fits)


def test_a_wide_diagram_scrolls_by_keyboard_on_a_phone(chromium: Any, site: Path) -> None:
    """The diagram keeps its size, its frame scrolls sideways, and Tab reaches the frame with a visible ring."""
    with Visit(chromium, viewport={"width": 375, "height": 740}) as visit:
        page = visit.open(site / "figure.document-0.figure_0.html")
        plate = page.locator(".plate")
        assert plate.evaluate("e => e.scrollWidth > e.clientWidth")
        plate.evaluate("e => { e.previousElementSibling.tabIndex = 0; e.previousElementSibling.focus() }")
        page.keyboard.press("Tab")
        assert plate.evaluate("e => document.activeElement === e && getComputedStyle(e).outlineStyle") == "solid"
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.querySelector('.plate').scrollLeft > 0", timeout=5000)


def test_keyboard_reaches_everything(chromium: Any, site: Path) -> None:
    """Tab first shows the skip link, then every link of the navigation, each with a visible ring; Enter skips and unfolds."""
    active = "() => { const e = document.activeElement, s = getComputedStyle(e); return [e.textContent.trim(), s.outlineStyle, e.getBoundingClientRect().left >= 0] }"
    with Visit(chromium, viewport={"width": 1280, "height": 900}) as visit:
        page = visit.open(site / "ledger.html")
        links = page.evaluate("() => [...document.querySelectorAll('header.top a')].map(a => a.textContent.trim())")
        reached = []
        for _ in range(1 + len(links)):
            page.keyboard.press("Tab")
            text, ring, inside = page.evaluate(active)
            reached.append(text)
            assert ring == "solid" and inside, text
        assert reached == ["Skip to the content", *links]
        page.goto((site / "ledger.html").as_uri())
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "main"
        closed = page.locator("details:not([open]) > summary").first
        group = closed.evaluate("summary => summary.parentElement.id")
        closed.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("id => document.getElementById(id).open", group)


def test_pages_have_landmarks_and_an_outline(chromium: Any, site: Path) -> None:
    """One banner, one main, one footer, named navigations and regions, one first heading and no level left out."""
    with Visit(chromium) as visit:
        for path in sorted(site.glob("*.html")):
            page = visit.open(path)
            for selector in ("body > header", "main", "body > footer", "h1", "html[lang=en]"):
                assert page.locator(selector).count() == 1, (path.name, selector)
            assert (
                page.locator("nav:not([aria-label]), [role=region]:not([aria-label]):not([aria-labelledby])").count()
                == 0
            )
            levels = page.evaluate(
                "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => +h.tagName[1])"
            )
            assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels)), (
                path.name,
                levels,
            )


def test_a_link_into_a_folded_group_unfolds_it(chromium: Any, site: Path) -> None:
    """From a claim to its row of the ledger: the row is visible, though its group was folded."""
    with Visit(chromium) as visit:
        page = visit.open(site / "document.document-0.html")
        page.locator("a[href^='ledger.html#row-']").first.click()
        page.wait_for_url("**/ledger.html#row-*")
        page.wait_for_function("() => document.querySelector(':target').getClientRects().length > 0", timeout=5000)


def test_hostile_text_does_nothing(chromium: Any, make_report: Callable[..., Report], tmp_path: Path) -> None:
    """Payloads in every text: no dialog, no console line, no request, no element that they made."""
    attack = "\"'></style></title><img src=x onerror=alert(1)><svg onload=alert(1)><script>alert(1)</script><base href=//x.example>\u202e\x1b[31m"
    build(make_report(6, lambda text: text + attack, panels=(0, 3)), tmp_path / "report")
    with Visit(chromium) as visit:
        for path in sorted((tmp_path / "report").glob("*.html")):
            page = visit.open(path)
            assert page.locator("script, base, [onerror], [onload], img[src=x]").count() == 0
        for path in sorted((tmp_path / "report" / "figures").glob("*.svg")):
            visit.open(path)
        assert visit.noise == []
        assert [url for url in visit.requests if not url.startswith((tmp_path.as_uri(), "data:,"))] == []
