"""A synthetic report of any size, with any text in every place where a stranger's text may stand."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from repro.report import build
from repro.report.model import (
    CellView,
    ClaimView,
    ControlView,
    Document,
    ExhibitView,
    LedgerRow,
    RefutedView,
    Report,
    RunView,
    Section,
)

OUTCOMES = ("reproduced", "reproduced", "refuted:wrong", "inconclusive", "not run", "reproduced", "error")


def plain(text: str) -> str:
    """Leave a text as it is."""
    return text


def run(index: int, outcome: str, backend: str = "numpy", say: Callable[[str], str] = plain) -> RunView:
    """One run whose sample, intervals and band belong together; deterministic for every third index."""
    if outcome == "not run":
        return RunView(
            backend, outcome, False, missing=say("pip install '.[torch]'"), reason=say("torch is not installed")
        )
    if outcome == "error":
        return RunView(backend, outcome, False, reason=say("ValueError: shapes (3,) and (4,) differ"))
    provenance = {
        "commit": say("0123456789abcdef"),
        "fingerprint": say(f"{index:064x}"),
        "python": say("3.11.9"),
        "threads": "1",
    }
    if index % 3 == 0:
        cells = tuple(
            CellView(say(f"v{i}"), say("value"), say("0.69"), say("0.693147"), None, "reproduced") for i in range(4)
        )
        return RunView(backend, outcome, True, say("48,000"), say("48,000"), cells=cells if index % 2 else (), seconds=0.02,
                       reason=say("4 cells, the worst is v2: 0.693147 against 0.693"), provenance=provenance)  # fmt: skip
    draw = random.Random(index)
    middle = 10.0 + (2.0 if outcome.startswith("refuted") else 0.9 if outcome == "inconclusive" else 0.1)
    sample = tuple(draw.gauss(middle, 1.2) for _ in range(64))
    estimate = math.fsum(sample) / 64
    return RunView(
        backend, outcome, True, say("10.0"), say(f"{estimate:.3f}"), estimate, (estimate - 0.3, estimate + 0.3),
        (estimate - 0.7, estimate + 0.7), 1 - 1e-5, (9.0, 11.0) if index % 4 else (9.0, None), 64, 0.7, 512 if outcome == "inconclusive" else None,
        reason=say("The decision interval lies inside the accepted band."), sample=sample, seconds=1.7, provenance=provenance,
        origin="published" if index % 5 == 0 else "yours",
    )  # fmt: skip


def claim(index: int, say: Callable[[str], str] = plain, name: str | None = None) -> ClaimView:
    """One claim; its outcome, controls, backends and correction follow from `index`."""
    outcome = OUTCOMES[index % len(OUTCOMES)]
    refuted = outcome.startswith("refuted")
    kinds = ("wrong", "inconsistent", "loose", "conditional", "extraction")
    controls = tuple(
        ControlView(
            say(f"mistake_{i}"),
            say("adding the sine instead of subtracting it"),
            state,
            say("the interval is apart"),
            say("9.73"),
        )
        for i, state in enumerate(("killed", "killed", "not applicable")[: 1 + index % 3])
    )
    backends = ("numpy", "torch") if index % 4 == 0 else ("numpy",)
    runs = tuple(run(index + i, outcome if i == 0 else "not run", say(b), say) for i, b in enumerate(backends))
    return ClaimView(
        name or say(f"claim_{index}"), say(f"REVERSE MODE AND NEURAL NETWORKS {index // 3}"),
        say(f"Statement {index}: the late spread of the iterates equals the early one"), (f"C-{index:03d}",),
        say("implementations.autodiff.experiments:primal_value"), "implementations/autodiff/experiments.py", 3,
        "specs/one/autodiff.toml", 2, say('{"x1": 2.0, "x2": 5.0}'), "fast", backends,
        "refuted:wrong" if refuted else "reproduced", say("half a unit of the last printed digit"), say("11.652"), runs, controls,
        RefutedView(kinds[index % 5], say("1225 / 9 = 136.1, and the slide divides by 10"), say("136.1"),
                    say("implementations.dense.experiments:by_enumeration"), say("reproduced")) if refuted else None,
        say("The document leaves the step size open.") if index % 11 == 0 else "",
    )  # fmt: skip


def exhibit_data(say: Callable[[str], str] = plain, panels: Sequence[int] = range(4)) -> dict[str, Any]:
    """Panels of every mark, a field, a log scale, a table and a diagram."""
    steps = list(range(1, 101))
    drawn: dict[str, Any] = {
        "panels": [
            {
                "title": say("Error against step"),
                "x_label": say("step h"),
                "y_label": say("error"),
                "x_scale": "log",
                "y_scale": "log",
                "series": [
                    {
                        "label": say("forward"),
                        "x": [10.0**-i for i in range(1, 16)],
                        "y": [10.0**-i + 10.0 ** (i - 16) for i in range(1, 16)],
                        "mark": "line",
                    },
                    {
                        "label": say("central"),
                        "x": [10.0**-i for i in range(1, 16)],
                        "y": [10.0 ** (-2 * i) + 10.0 ** (i - 16) for i in range(1, 16)],
                        "mark": "points",
                    },
                ],
            },
            {
                "title": say("Paths"),
                "x_label": say("theta 1"),
                "y_label": say("theta 2"),
                "field": {
                    "x": [-1.0, 0.0, 1.0],
                    "y": [-1.0, 0.0, 1.0],
                    "z": [[2.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 2.1]],
                    "style": "contour",
                },
                "series": [
                    {
                        "label": say("mini-batch"),
                        "x": [-0.9, -0.4, 0.1, 0.0],
                        "y": [0.8, 0.1, -0.2, 0.0],
                        "mark": "line",
                    }
                ],
            },
            {
                "title": say("Loss"),
                "x_label": say("step"),
                "y_label": say("loss"),
                "series": [
                    {
                        "label": say("SGD"),
                        "x": steps,
                        "y": [1 / i for i in steps],
                        "low": [0.9 / i for i in steps],
                        "high": [1.1 / i for i in steps],
                    },
                    {"label": say("Adam"), "x": steps, "y": [1 / i**2 for i in steps], "mark": "step"},
                ],
            },
            {
                "title": say("Cost by mode"),
                "x_label": say("mode"),
                "y_label": say("multiplications"),
                "series": [
                    {"label": say("wide"), "x": [say("forward"), say("reverse ")], "y": [4.0, 2.0], "mark": "bars"},
                    {"label": say("narrow"), "x": [say("forward"), say("reverse ")], "y": [1.0, 3.0], "mark": "bars"},
                ],
            },
        ],
        "table": {
            "columns": [say("library"), say("agrees"), say("difference")],
            "rows": [[say("torch.optim.Adam"), True, 1e-9], [say("keras"), False, None]],
            "levels": [0, 1],
            "totals": [[say("all"), None, 1e-9]],
        },
        "diagram": {
            "nodes": [
                {
                    "id": say("in"),
                    "label": say("input"),
                    "note": say("28\u00d728\u00d71"),
                    "kind": say("data"),
                    "x": 0,
                    "y": 0,
                },
                {
                    "id": say("a"),
                    "label": say("3\u00d73 conv, 8"),
                    "note": say("26\u00d726\u00d78"),
                    "kind": say("conv"),
                    "x": 0,
                    "y": 1.4,
                },
                {"id": say("b"), "label": say("1\u00d71 conv, 8"), "kind": say("conv"), "x": 1, "y": 1.4},
                {"id": say("sum"), "label": say("add"), "kind": say("join"), "x": 0.5, "y": 2.4, "width": 2},
            ],
            "edges": [
                {"from": say("in"), "to": say("a")},
                {"from": say("in"), "to": say("b")},
                {"from": say("a"), "to": say("sum")},
                {"from": say("b"), "to": say("sum")},
                {"from": say("in"), "to": say("sum"), "lane": 1.7, "label": say("shortcut")},
            ],
            "frames": [{"label": say("block"), "nodes": [say("a"), say("b"), say("sum")]}],
        },
        "alt": say("Four panels: the V of the error, paths on a bowl, two losses, and costs as bars."),
    }
    return {**drawn, "panels": [drawn["panels"][i] for i in panels]}


def report(
    claims: int = 60,
    say: Callable[[str], str] = plain,
    sources: bool = True,
    documents: int = 3,
    panels: Sequence[int] = (0,),
) -> Report:
    """A whole report with `claims` claims in `documents` documents, a ledger with every state, and one exhibit that is drawn."""
    per = max(1, claims // documents)
    made, ledger = [], []
    for d in range(documents):
        all_claims = tuple(claim(i, say) for i in range(d * per, (d + 1) * per))
        half = max(1, per // 2)
        exhibits = (
            ExhibitView(say(f"figure_{d}"), all_claims[0].slide, say("Paths of full-batch, mini-batch and single-sample descent"),
                        say("implementations.optimizers.figures:sgd_paths"), exhibit_data(say, panels) if d == 0 else None, say("repro run figure"),
                        "implementations/autodiff/experiments.py", 1, "specs/one/autodiff.toml", 1, ("C-001",)),
        )  # fmt: skip
        sections = (
            Section(
                say(f"s{d}a"),
                say("Automatic differentiation"),
                10,
                all_claims[:half],
                exhibits,
                "specs/one/autodiff.toml",
            ),
            Section(
                say(f"s{d}b"), say("Stochastic optimisation"), 20, all_claims[half:], (), "specs/one/autodiff.toml"
            ),
        )
        made.append(Document(say(f"document-{d}"), say(f"Deep learning, course {d}"), say("A. Teacher and B. Student"), 2019, say("lecture slides"),
                             say("The text was extracted from slides."), sections, {f"U-{d}": say("an opinion")}))  # fmt: skip
        for one in all_claims:
            outcome = one.runs[0].outcome
            ledger.append(
                LedgerRow(
                    one.ledger[0], made[-1].id, one.slide, one.says, one.documented, "bound", (one.id,), "", outcome
                )
            )
        ledger.append(
            LedgerRow(
                f"U-{d}",
                made[-1].id,
                say("SUMMARY"),
                say("Deep learning is hard"),
                "-",
                "unchecked",
                (),
                say("an opinion"),
            )
        )
        ledger.append(LedgerRow(f"O-{d}", made[-1].id, say("SUMMARY"), say("Anything can be fit"), "-", "open"))
    text = {
        "implementations/autodiff/experiments.py": say(
            '"""Measured."""\n\n\ndef primal_value(x1: float) -> float:\n    return x1 < 2 & 1\n'
        ),
        "specs/one/autodiff.toml": say('schema = 1\n\n[claims.x]\nsays = "<b>"\n'),
    }
    times = {"ours": say("tape"), "peer": say("torch"), "ours_us": 2.2, "peer_us": 31.7}
    measured: Mapping[str, Any] = {
        "machine": {"processor": say("some processor"), "threads": 1, "versions": {"numpy": "2.4.6"}},
        "rows": [
            {**times, "workload": say("slide function"), "ratio": 14.5, "kind": "times faster, at least", "must": 12, "aim": None, "met": "must"},
            {**times, "workload": say("chain"), "ratio": 0.8, "kind": "times faster, at least", "must": 1.0, "aim": 1.2, "met": "missed"},
            {**times, "workload": say("gradient / forward"), "ratio": 3.1, "kind": "cost ratio, at most", "must": None, "aim": 4, "met": "aim"},
            {**times, "workload": say("network"), "ratio": None, "ours_us": None, "kind": say("x"), "must": 1.0, "aim": None, "met": say("not run: install the peers extra (jax)")},
            {**times, "workload": say("network"), "ratio": 1.5, "kind": "times faster, no goal", "must": None, "aim": None, "met": ""},
        ],
    }  # fmt: skip
    speed = (
        measured,
        {"machine": {"processor": say("another processor")}, "rows": [measured["rows"][0]]},
        {"rows": []},
    )
    asv = {
        "commits": [say("aaaaaaaa1"), say("bbbbbbbb2"), say("cccccccc3")],
        "machines": {say("box"): {"cpu": say("some processor"), "os": "Linux"}},
        "damaged": [say("box/broken.json")],
        "benchmarks": {
            say("autodiff.Slide.time_gradient"): {
                "unit": "seconds",
                "series": [
                    {"label": say("numpy"), "machine": say("box"), "points": [[say("aaaaaaaa1"), 0.02], [say("bbbbbbbb2"), 0.004], [say("cccccccc3"), 0.0003]]},
                    {"label": say("torch"), "machine": say("box"), "points": [[say("aaaaaaaa1"), 0.003], [say("cccccccc3"), 0.003]]},
                ],
            }
        },
    }  # fmt: skip
    provenance = {"commit": say("0123456789abcdef"), "python": say("3.11.9"), "threads": "1", "device": say("cpu")}
    return Report(
        say("Do the printed numbers hold?"), tuple(made), tuple(ledger), provenance, speed, asv, text if sources else {}
    )


@pytest.fixture(scope="session")
def make_report() -> Callable[..., Report]:
    """The function that makes a synthetic report."""
    return report


@pytest.fixture(scope="session")
def make_claim() -> Callable[..., ClaimView]:
    """The function that makes a synthetic claim."""
    return claim


@pytest.fixture(scope="session")
def exhibit() -> dict[str, Any]:
    """The data of a synthetic exhibit."""
    return exhibit_data()


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a built report in `results/report`."""
    root = tmp_path_factory.mktemp("checkout")
    made = report(panels=range(4))
    for path, text in made.sources.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    build(made, root / "results" / "report")
    return root


@pytest.fixture(scope="session")
def site(checkout: Path) -> Path:
    """The built report."""
    return checkout / "results" / "report"
