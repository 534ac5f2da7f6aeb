"""The suite: order, selection, patterns, and the error that it may spend."""

from __future__ import annotations

from typing import Any

import pytest

from repro.config import find_config
from repro.errors import UsageProblem
from repro.spec import load_suite
from repro.spec.places import line_of


@pytest.fixture(scope="module")
def suite(shared_project: Any) -> Any:
    """Two documents, three sections, one exhibit."""
    write = shared_project.write
    write("specs/alpha/document.toml", "schema=1\ntitle='t'\nkind='k'\n")
    late = shared_project.section(shared_project.claim("late")).replace("position = 1", "position = 20")
    early = shared_project.section(
        shared_project.claim(
            "early_one", slide="'GRADIENT DESCENT'", measure="'implementations.optimizers.experiments:f'"
        ),
        shared_project.claim("early_two", cost="'full'"),
        "[exhibits.early_picture]\nslide = 'P'\nsays = 's'\nmake = 'implementations.optimizers.figures:f'\ncost = 'standard'\n",
    ).replace("position = 1", "position = 3")
    write("specs/alpha/a-late.toml", late)
    write("specs/alpha/b-early.toml", early)
    return load_suite(find_config(shared_project.root))


def test_claims_come_in_slide_order(suite: Any) -> None:
    """Documents by name, sections by position, claims as they stand in the file."""
    assert not suite.problems
    assert [claim.id for claim in suite.claims] == ["early_one", "early_two", "late", "twice_two_is_four"]
    assert [document.id for document in suite.documents] == ["alpha", "doc"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("early", ["early_one", "early_two"]),
        ("EARLY_ONE", ["early_one"]),
        ("gradient desc", ["early_one"]),
        ("Gradient Descent", ["early_one"]),
        ("optimizers", ["early_one"]),
        ("alpha", ["early_one", "early_two", "late"]),
        ("alpha/a-late", ["late"]),
        ("*_two*", ["early_two", "twice_two_is_four"]),
        ("l?te", ["late"]),
        ("[", []),
    ],
)
def test_patterns(suite: Any, pattern: str, expected: list[str]) -> None:
    """Part of an id or a slide, a document, a section, a topic; wildcards; brackets are no trap."""
    assert [claim.id for claim in suite.select((pattern,))] == expected


def test_cost_selects_up_to_itself(suite: Any) -> None:
    """`fast` leaves out what is dearer; `full` takes all; exhibits likewise."""
    assert "early_two" not in [claim.id for claim in suite.select((), "fast")]
    assert len(suite.select((), "full")) == len(suite.select(())) == 4
    assert not suite.select_exhibits((), "fast")
    assert len(suite.select_exhibits((), "standard")) == 1


def test_a_pattern_that_names_nothing_is_refused(suite: Any) -> None:
    """One wrong word among right ones does not look like success; an exhibit's name is right."""
    suite.require_known(("early", "early_picture"))
    with pytest.raises(UsageProblem, match="nothing matches 'erly'"):
        suite.require_known(("early", "erly"))


def test_the_line_of_a_claim(shared_project: Any, suite: Any) -> None:
    """Where its header stands; 1 where it is written in another form."""
    path = shared_project.root / "specs/alpha/b-early.toml"
    assert path.read_text().splitlines()[line_of(path, "early_two") - 1] == "[claims.early_two]"
    assert line_of(path, "no_such") == 1


def test_the_error_is_shared_by_what_chance_can_decide(project: Any) -> None:
    """1 % over 1000 comparisons; the share moves only when the suite outgrows them, and only stochastic claims count."""

    def share() -> float:
        return load_suite(find_config(project.root)).error_per_comparison

    assert share() == pytest.approx(1e-5)
    rows = ", ".join(f"['r{k}', 1, 2]" for k in range(300))
    table = "{ key = 'k', columns = ['k', 'a', 'b'], rows = [\n" + rows.replace("], [", "],\n[") + "] }"
    same = {"value": None, "table": table}
    project.claims(project.claim("exact", **same), project.claim("exact_too", **same))
    assert share() == pytest.approx(1e-5)
    project.claims(project.claim("noisy", **same, seeds="64"))
    assert share() == pytest.approx(1e-5)
    project.claims(project.claim("noisy", **same, seeds="64", backends="['numpy', 'torch']"))
    assert share() == pytest.approx(0.5e-5)
    project.write("pyproject.toml", "[tool.repro]\nerror = 0.02\n")
    assert share() == pytest.approx(1e-5)


def test_a_seeded_record_is_stale_when_the_share_changes(project: Any, capsys: Any) -> None:
    """What was enough to decide at one error may not be at another: measured again; exact claims are left alone."""
    project.claims(
        project.claim("exact"),
        project.claim("mean", measure="'experiments:noise'", value="0.5", tolerance="{ abs = 0.4 }", seeds="64",
                      control="{ models = 'shifted', args = { shift = 2.0 } }"),
    )  # fmt: skip
    assert project.here("run", capture=capsys).code == 0
    before = {path.stem: path.stat().st_mtime_ns for path in project.records.glob("*.json")}
    project.write("pyproject.toml", "[tool.repro]\nerror = 0.001\n")
    assert project.here("run", capture=capsys).code == 0
    after = {path.stem: path.stat().st_mtime_ns for path in project.records.glob("*.json")}
    assert {name for name in after if after[name] != before[name]} == {"mean--numpy"}
