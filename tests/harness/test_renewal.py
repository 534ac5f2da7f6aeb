"""Recordings outlive a change of the code that changes nothing, as two seeds made again must show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from repro.engine.renewal import difference

# Each call leaves a line, and no two take equally long. Seed 3 waits while `wait` is there, and breaks while `break` is.
EXPERIMENT = """
def learn(seed, gain=1.0):
    import time
    from pathlib import Path
    here = Path(__file__).parent
    with (here / "log").open("a") as log:
        log.write(f"{seed}\\n")
    while (here / "wait").exists() and seed == 3:
        (here / "waiting").touch()
        time.sleep(0.02)
    if (here / "break").exists() and seed == 3:
        raise ArithmeticError("no gradient")
    return {"total": 10 * gain, "clock": [time.time()]}


def total(run):
    import numpy as np
    assert all(one.keys() == {"total"} for one in run), run
    return np.array([one["total"] for one in run])
"""
RECORDING = """
[recordings.trained]
says = "ten steps"
make = "experiments:learn"
seeds = 4
times = ["clock"]
"""
CLAIM = {
    "measure": "'experiments:total'",
    "recordings": "{ run = 'trained' }",
    "seeds": "4",
    "identical": "true",
    "value": "10",
    "control": "{ models = 'another total', measure = 'experiments:wrong' }",
}
WRONG = "\n\ndef wrong(run):\n    return 2 * total(run)\n"
HARMLESS = "\n\ndef unused():\n    return None\n"


def recorded(project: Any) -> None:
    """Four seeds by the code as it is."""
    project.experiment(EXPERIMENT + WRONG)
    project.write("specs/doc/section.toml", project.section(project.claim("ten_steps", **CLAIM)) + RECORDING)
    done = project.run("run", "--json")
    assert [row["outcome"] for row in done.rows] == ["reproduced"], done.err
    assert made(project) == [0, 1, 2, 3]


def changed(project: Any, old: str = "", new: str = HARMLESS) -> None:
    """An edit of the module, in place of ``old`` or at its end."""
    text = EXPERIMENT + WRONG
    project.experiment(text.replace(old, new) if old else text + new)


def made(project: Any) -> list[int]:
    """The seeds that were made since the last time that somebody asked."""
    log = project.root / "log"
    seeds = sorted(map(int, log.read_text().split())) if log.exists() else []
    log.unlink(missing_ok=True)
    return seeds


def record(project: Any, seed: int) -> dict[str, Any]:
    """One seed's own record."""
    found: dict[str, Any] = json.loads((project.records / f"trained--seed-{seed}.json").read_text())
    return found


def test_two_seeds_show_that_nothing_changed_and_the_others_are_kept(project: Any) -> None:
    """The first and the last are made; the kept ones say by what; the claim is judged without making any; the report tells it."""
    recorded(project)
    before = [record(project, seed) for seed in range(4)]
    changed(project)

    done = project.run("renew", "--json")

    assert done.code == 0, done.err
    assert done.rows == [
        {"state": "renewed", "recording": "trained", "made again": "0, 3", "kept": 2, "why": ""},
    ]
    assert made(project) == [0, 3]
    after = [record(project, seed) for seed in range(4)]
    assert len({one["fingerprint"]["source"] for one in after}) == 1
    assert after[0]["fingerprint"]["source"] != before[0]["fingerprint"]["source"]
    for seed in (1, 2):
        assert after[seed]["result"] == before[seed]["result"]
        told = after[seed]["provenance"].pop("renewed")
        assert "seeds 0 and 3, made again, came out the same" in told
        assert after[seed]["provenance"] == before[seed]["provenance"]
    assert all("renewed" not in after[seed]["provenance"] for seed in (0, 3))
    assert [row["outcome"] for row in project.run("run", "--json").rows] == ["reproduced"]
    assert project.run("renew", "--json").rows == []
    assert made(project) == []
    assert project.run("report").code == 0
    page = (project.root / "results/report/provenance.html").read_text()
    assert "Recordings of earlier code" in page
    assert "seeds 0 and 3, made again" in page


def test_a_second_renewal_is_told_beside_the_first(project: Any) -> None:
    """What was kept twice says so twice."""
    recorded(project)
    for edit in (HARMLESS, 2 * HARMLESS):
        changed(project, new=edit)
        assert project.run("renew").code == 0
    assert record(project, 1)["provenance"]["renewed"].count("came out the same") == 2


def test_where_a_seed_differs_nothing_is_kept(project: Any) -> None:
    """However often it is asked for; the place is named; then everything is measured again."""
    recorded(project)
    changed(project, '"total": 10 * gain', '"total": 10 * gain + (seed == 3) / 2**40')

    for _ in range(2):
        done = project.run("renew", "--json")
        assert done.code == 1, done.err
        (row,) = done.rows
        assert (row["state"], row["kept"]) == ("differs", 0)
        assert row["why"].startswith("seed 3: total was 10.0 and is 10.0000000000009")
        assert "repro run trained" in row["why"]
    assert made(project) == [0, 3]
    assert project.run("run").code == 1  # four values that were to be identical
    assert made(project) == [1, 2]
    assert project.run("renew", "--json").rows == []


def test_times_are_named_or_they_are_a_difference(project: Any) -> None:
    """Without the key, the clock is a result like any other."""
    recorded(project)
    text = (project.root / "specs/doc/section.toml").read_text()
    project.write("specs/doc/section.toml", text.replace('times = ["clock"]\n', ""))
    changed(project)

    (row,) = project.run("renew", "--json").rows
    assert row["state"] == "differs"
    assert "clock[0] was" in row["why"]


def test_other_arguments_are_no_matter_of_renewal(project: Any) -> None:
    """Only what is stale by its code alone; and prose makes nothing stale."""
    recorded(project)
    path = project.root / "specs/doc/section.toml"
    path.write_text(path.read_text().replace('"ten steps"', '"10 steps"'))
    assert project.run("renew", "--json").rows == []
    path.write_text(path.read_text().replace("seeds = 4\ntimes", "seeds = 4\nargs = { gain = 1.0 }\ntimes"))
    changed(project)
    assert project.run("renew", "--json").rows == []
    assert made(project) == []


def test_a_seed_that_breaks_keeps_nothing(project: Any) -> None:
    """It is told, with the exit code of what broke; mended, the same command goes on."""
    recorded(project)
    changed(project)
    project.write("break", "")

    done = project.run("renew")

    assert done.code == 3
    assert "seed 3 could not be made again" in done.out
    assert "no gradient" in done.err
    (project.root / "break").unlink()
    made(project)
    assert project.run("renew", "--json").rows[0]["kept"] == 2
    assert made(project) == [3]


def test_a_kill_between_the_two_loses_nothing(project: Any) -> None:
    """The first seed's earlier record is still there to be compared with."""
    recorded(project)
    changed(project)
    project.write("wait", "")
    process = project.start("renew", "--jobs", "1")
    project.wait_until((project.root / "waiting").exists)
    process.kill()
    process.wait()
    for worker in project.processes():
        worker.kill()
    assert made(project) == [0, 3]
    (project.root / "wait").unlink()

    assert project.run("renew", "--json").rows[0]["state"] == "renewed"
    assert made(project) == [3]


def test_published_records_are_renewed_too(project: Any) -> None:
    """In a checkout without records of its own."""
    recorded(project)
    assert project.run("publish").code == 0
    for path in Path(project.records).glob("trained--*"):
        path.unlink()
    changed(project)
    assert project.run("renew", "--json").rows[0]["kept"] == 2
    assert made(project) == [0, 3]


def test_patterns_and_cost_choose(project: Any) -> None:
    """A pattern that nothing matches is refused; dearer recordings wait to be asked for."""
    recorded(project)
    changed(project)
    assert project.run("renew", "nothing_like_it").code == 2
    text = (project.root / "specs/doc/section.toml").read_text()
    text = text.replace("times =", 'cost = "standard"\ntimes =').replace(
        "seeds = 4\nidentical", 'cost = "standard"\nseeds = 4\nidentical'
    )
    project.write("specs/doc/section.toml", text)
    assert project.run("renew", "--json").rows == []
    assert project.run("renew", "ten_steps", "--cost", "standard", "--json").rows[0]["kept"] == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"a": [1, 2.5]}, {"a": [1, 2.5]}, None),
        ({"a": [1, 2.5]}, {"a": [1, 2.25]}, "a[1] was 2.5 and is 2.25"),
        ({"a": {"b": 1}}, {"a": {"b": 1.0}}, None),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "a.b was 1 and is 2"),
        ([True], [1], "[0] was True and is 1"),
        ([1, 2], [1, 2, 3], "the result was a list of 2 and is a list of 3"),
        ({"a": 1}, {"b": 1}, "the result was a table of a and is a table of b"),
        ({"a": []}, {"a": {}}, "a was a list of 0 and is a table of "),
        ("x", None, "the result was 'x' and is None"),
    ],
)
def test_the_first_difference_is_named(old: Any, new: Any, told: str | None) -> None:
    """By its place; numbers are equal to the last bit, and truth is no number."""
    assert difference(old, new) == told
