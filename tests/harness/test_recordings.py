"""A recording is made once a seed and serves every claim that reads it; what it keeps on the way survives a kill."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
from pathlib import Path
from typing import Any

import pytest

from repro.engine.recordings import position

# `learn` takes ten steps, keeps its state after each, and writes a line a call and a step; seed 1 waits at step 5 while `wait` is there.
EXPERIMENT = """
def learn(seed, checkpoint, gain=1.0):
    import json, time
    from pathlib import Path
    here, folder = Path(__file__).parent, Path(checkpoint)
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "state.json"
    done, total = json.loads(state.read_text()) if state.exists() else (0, 0.0)
    with (here / "log").open("a") as log:
        log.write(f"seed {seed} from {done}\\n")
    if (here / "break").exists() and seed == 2:
        raise ArithmeticError("no gradient")
    for step in range(done, 10):
        total += gain * (seed + 1)
        new = folder / "state.new"
        new.write_text(json.dumps([step + 1, total]))
        new.replace(state)
        (folder / "progress.json").write_text(json.dumps({"done": step + 1, "total": 10}))
        while (here / "wait").exists() and seed == 1 and step == 4:
            (here / "waiting").touch()
            time.sleep(0.02)
    return {"totals": [total], "seed": seed}


def mean_total(run, factor=1.0):
    import numpy as np
    return factor * np.array([one["totals"][0] / (one["seed"] + 1) for one in run])


def shares(run, other):
    return {"run": mean_total(run), "other": mean_total(other)}


def by_hand(seeds):
    import numpy as np
    return np.full(len(seeds), 10.0)


def curve(run):
    return {"table": {"columns": ["seed"], "rows": [[one["seed"]] for one in run]}, "alt": "The seeds."}
"""

RECORDINGS = """
[recordings.plain]
says = "ten steps"
make = "experiments:learn"
seeds = 4

[recordings.doubled]
says = "ten steps, twice as long"
make = "experiments:learn"
args = { gain = 2.0 }
seeds = 4

[exhibits.seeds_shown]
slide = "ARITHMETIC"
says = "The seeds"
make = "experiments:curve"
recordings = { run = "plain" }
"""

READS = {
    "measure": "'experiments:mean_total'",
    "recordings": "{ run = 'plain' }",
    "seeds": "4",
    "identical": "true",
    "value": "10",
    "control": "{ models = 'steps of twice the size', recordings = { run = 'doubled' } }",
}
# A mean that the judge decides between 32 and 64 of the 64 seeds that may be spent, a control that the first 16 decide, and an exhibit.
SLOW = """
def learn(seed, gain=1.0):
    import numpy as np
    from pathlib import Path
    here = Path(__file__).parent
    with (here / "log").open("a") as log:
        log.write(f"{gain:g} {seed}\\n")
    if (here / "break").exists() and seed == int((here / "break").read_text()):
        raise ArithmeticError("no gradient")
    return {"total": gain - 1 + np.random.default_rng(seed).normal(0.5, 1.0), "seed": seed}


def totals(run):
    import numpy as np
    return np.array([one["total"] for one in run])


def pairs(run, other):
    return {"run": totals(run), "other": totals(other)}


def by_hand(seeds, run):
    return totals(run)


def curve(run):
    return {"table": {"columns": ["seed"], "rows": [[one["seed"]] for one in run]}, "alt": "The seeds."}
"""
LATE = {
    "measure": "'experiments:totals'",
    "recordings": "{ run = 'plain' }",
    "cost": "'standard'",
    "seeds": "64",
    "value": "0.5",
    "tolerance": "{ abs = 1.2 }",
    "control": "{ models = 'a shift by fifteen', recordings = { run = 'doubled' } }",
}
UNREAD = {"control": "{ models = 'x', args = { factor = 2.0 } }"}
ORDER = {
    "measure": "'experiments:shares'",
    "recordings": "{ run = 'plain', other = 'doubled' }",
    "seeds": "3",
    "identical": "true",
    "value": None,
    "tolerance": None,
    "order": "{ a = 'other', b = 'run', better = 'higher', margin = 1.0 }",
    "control": "{ models = 'the two exchanged', recordings = { run = 'doubled', other = 'plain' } }",
}
REFUTED = """refuted = { kind = "wrong", because = "10 steps of 1", value = 10, confirm = "experiments:by_hand" }
"""


def _prepared(project: Any, *claims: str) -> None:
    project.experiment(EXPERIMENT)
    project.write("specs/doc/section.toml", project.section(*claims) + RECORDINGS)


def _log(project: Any) -> list[str]:
    path = project.root / "log"
    return path.read_text().splitlines() if path.exists() else []


def test_claims_exhibits_and_controls_share_what_was_recorded(project: Any) -> None:
    """Each seed of each recording is made once, whoever reads it, and only what somebody reads is made."""
    _prepared(project, project.claim("ten_steps", **READS), project.claim("doubled_is_more", **ORDER))

    first = project.run("run", "--json")

    assert first.code == 0, first.err
    assert [row["outcome"] for row in first.rows] == ["reproduced", "reproduced"]
    assert sorted(_log(project)) == sorted(f"seed {seed} from 0" for seed in (0, 1, 2, 3, 0, 1, 2))
    controls = project.run("controls", "--json")
    assert {row["state"] for row in controls.rows} == {"killed"}
    assert len(_log(project)) == 8
    shown = json.loads((project.records / "seeds_shown--exhibit.json").read_text())
    assert shown["result"]["data"]["table"]["rows"] == [[0], [1], [2], [3]]
    assert not list((project.root / ".repro" / "checkpoints").glob("*/*"))


def test_a_recording_is_made_again_when_its_code_or_its_arguments_change(project: Any) -> None:
    """A claim about a recording is as stale as the recording."""
    _prepared(project, project.claim("ten_steps", **READS))
    assert project.run("run").code == 0
    section = project.root / "specs/doc/section.toml"
    section.write_text(
        section.read_text().replace(
            "seeds = 4\n\n[recordings.doubled]", "args = { gain = 1.5 }\nseeds = 4\n\n[recordings.doubled]"
        )
    )

    changed = project.run("run", "--json")

    assert changed.rows[0]["outcome"] == "refuted"
    assert changed.rows[0]["measured"].startswith("15")
    assert len(_log(project)) == 8


def test_a_correction_may_read_the_recordings_or_leave_them(project: Any) -> None:
    """The second route is offered what the claim reads."""
    text = project.claim("twelve_steps", **{**READS, "value": "12"}) + REFUTED
    _prepared(
        project, text, project.claim("nine_steps", **{**READS, "value": "9"}) + REFUTED.replace("by_hand", "mean_total")
    )

    assert [row["outcome"] for row in project.run("run", "--json").rows] == ["refuted:wrong", "refuted:wrong"]


def test_a_kill_in_the_middle_loses_at_most_the_step_since_the_last_checkpoint(project: Any) -> None:
    """After kill -9 of everything, finished seeds are read, and the seed in flight goes on from its last step."""
    _prepared(project, project.claim("ten_steps", **READS))
    project.write("wait", "")
    process = project.start("run", "--jobs", "1")
    project.wait_until((project.root / "waiting").exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    project.wait_until(lambda: not project.processes())
    (project.root / "wait").unlink()

    again = project.run("run", "--jobs", "1", "--json")

    assert again.rows[0]["outcome"] == "reproduced"
    assert _log(project) == ["seed 0 from 0", "seed 1 from 0", "seed 1 from 5", "seed 2 from 0", "seed 3 from 0"]


def test_what_a_kill_left_behind_is_not_used_by_other_code(project: Any) -> None:
    """A checkpoint belongs to the claim, the code and the data that made it."""
    _prepared(project, project.claim("ten_steps", **READS))
    project.write("wait", "")
    process = project.start("run", "--jobs", "1")
    project.wait_until((project.root / "waiting").exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    project.wait_until(lambda: not project.processes())
    (project.root / "wait").unlink()
    project.experiment("another = 1\n")

    project.run("run", "--jobs", "1")

    assert _log(project)[2:4] == ["seed 0 from 0", "seed 1 from 0"]


def test_a_recording_that_breaks_is_an_error_of_the_claims_that_read_it(project: Any) -> None:
    """The claim names the recording, the seed and the cause, and is measured once it is mended."""
    _prepared(project, project.claim("ten_steps", **READS), project.claim())
    project.write("break", "")

    broken = project.run("run", "--json")

    assert broken.code == 3
    assert [row["outcome"] for row in broken.rows] == ["error", "reproduced"]
    assert "the recording plain broke at seed 2: ArithmeticError: no gradient" in broken.rows[0]["reason"]
    assert "recording plain, seed 2: ArithmeticError" in broken.err
    (project.root / "break").unlink()
    mended = project.run("run", "--json")
    assert [row["outcome"] for row in mended.rows] == ["reproduced", "reproduced"]
    assert _log(project)[4:] == ["seed 2 from 0"]


def test_published_recordings_are_not_made_again(project: Any) -> None:
    """A clone with the same code, data and packages reads what the repository tracks."""
    _prepared(project, project.claim("ten_steps", **READS))
    assert project.run("run").code == 0
    assert project.run("publish").code == 0
    published = {path.name for path in (project.root / "results").glob("**/plain--seed-*.json")}
    assert published == {f"plain--seed-{seed}.json" for seed in range(4)}
    for path in project.records.glob("*.json"):
        path.unlink()

    assert project.run("run", "--json").rows[0]["outcome"] == "reproduced"

    assert len(_log(project)) == 4


def _slow(project: Any, *claims: str) -> None:
    project.experiment(SLOW)
    longer = RECORDINGS.replace("seeds = 4", "seeds = 64\ncost = 'standard'").replace("gain = 2.0", "gain = 16.0")
    longer = longer.replace('says = "The seeds"', 'says = "The seeds"\ncost = "standard"')
    project.write("specs/doc/section.toml", project.section(*claims) + longer)


def _seeds(project: Any, gain: str = "1") -> list[int]:
    return [int(line.split()[1]) for line in _log(project) if line.split()[0] == gain]


def test_seeds_are_made_as_far_as_a_look_wants_them(project: Any) -> None:
    """A claim that 32 seeds decide costs 32 of its 64; its control 16; the exhibit shows what there is; nothing is made twice."""
    _slow(project, project.claim("late", **LATE))

    row = project.run("run", "--cost", "standard", "--json").rows[0]

    assert row["outcome"] == "reproduced"
    assert row["seeds"] == 32
    assert sorted(_seeds(project)) == list(range(32))
    assert _seeds(project, "16") == []
    shown = json.loads((project.records / "seeds_shown--exhibit.json").read_text())["result"]
    assert shown["data"]["table"]["rows"] == [[seed] for seed in range(32)]
    assert shown["read"] == {"run": 32}
    assert {row["state"] for row in project.run("controls", "--cost", "standard", "--json").rows} == {"killed"}
    assert len(_log(project)) == 32 + len(_seeds(project, "16"))
    undisturbed = project.run("run", "--cost", "standard", "--again", "--json").rows[0]
    assert {**undisturbed, "seconds": 0} == {**row, "seconds": 0}
    assert sorted(_seeds(project)) == sorted([*range(32), *range(32)])


def test_what_is_undecided_is_shown_published_and_goes_on(project: Any) -> None:
    """Seed 20 breaks after the first look: the claim is an error that names it, then inconclusive after 16 seeds, then decided."""
    _slow(project, project.claim("late", **LATE))
    project.write("break", "20")
    broken = project.run("run", "--cost", "standard", "--json").rows[0]
    assert "the recording plain broke at seed 20: ArithmeticError" in broken["reason"]
    (project.records / "plain--seed-20.json").unlink()

    listed = project.run("publish")

    assert listed.code == 0, listed.err
    published = json.loads((project.root / "results/reproduction/records/late--numpy.json").read_text())
    assert published["result"]["seeds"] == 16
    assert "inconclusive" in (project.root / "results/reproduction/claims.csv").read_text()
    (project.root / "break").unlink()
    before = len(_log(project))
    row = project.run("run", "--cost", "standard", "--json").rows[0]
    assert (row["outcome"], row["seeds"]) == ("reproduced", 32)
    assert set(_seeds(project)[before:]) <= set(range(20, 32))
    assert "inconclusive" not in project.run("run", "late", "--cost", "standard").out


def test_seeds_of_what_is_compared_are_made_in_turns(project: Any) -> None:
    """One worker makes seed 0 of both, then seed 1: an interruption leaves equally many of each."""
    order = {
        **LATE,
        "measure": "'experiments:pairs'",
        "recordings": "{ run = 'plain', other = 'doubled' }",
        "value": None,
    }
    order |= {"tolerance": None, "order": "{ a = 'other', b = 'run', better = 'higher', margin = 0.0 }", "seeds": "16"}
    order["control"] = "{ models = 'x', recordings = { run = 'doubled', other = 'plain' } }"
    _slow(project, project.claim("more", **order))

    project.run("run", "more", "--cost", "standard", "--jobs", "1")

    lines = [tuple(line.split()) for line in _log(project)]
    assert lines == [(gain, str(seed)) for seed in range(16) for gain in ("16", "1")]


def test_how_many_seeds_are_there_is_said_of_what_is_not_measured(project: Any) -> None:
    """Before its first look a claim is not run; it says how far its recordings are."""
    _slow(project, project.claim("late", **LATE))
    project.write("break", "12")
    project.run("run", "--cost", "standard")
    (project.records / "plain--seed-12.json").unlink()

    project.run("publish")

    told = (project.root / "results/reproduction/claims.csv").read_text()
    assert "12 of the first 16 seeds of plain measured: repro run late --cost standard goes on" in told


def test_a_second_route_reads_the_seeds_that_were_looked_at(project: Any) -> None:
    """It is given as many seeds as entries."""
    refuted = REFUTED.replace("value = 10", "value = 0.5")
    _slow(project, project.claim("late", **{**LATE, "value": "4.0"}) + refuted)

    row = project.run("run", "--cost", "standard", "--json").rows[0]

    assert row["outcome"] == "refuted:wrong"
    assert row["seeds"] < 64


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        ({"recordings": "{ run = 'plan' }"}, "there is no recording 'plan'"),
        ({"seeds": "5"}, "seeds: should be at most 4, those of 'plain'; got 5"),
        ({"seeds": None}, "reads recordings and needs seeds"),
        ({"args": "{ run = 1 }"}, "args.run is given, but run is passed by the harness here"),
        (
            {"control": "{ models = 'x', recordings = { ran = 'doubled' } }"},
            "overrides ran, which the claim does not read",
        ),
        ({"control": "{ models = 'x', recordings = { run = 'plain' } }"}, "changes nothing"),
    ],
)
def test_a_wrong_reference_is_told(project: Any, claim: dict[str, Any], fault: str) -> None:
    """Recordings are checked with the specification, before anything runs."""
    _prepared(project, project.claim("ten_steps", **{**READS, **claim}))

    told = project.run("run")

    assert told.code == 2
    assert fault in told.err
    assert not _log(project)


def test_a_recording_that_nothing_reads_is_told(project: Any) -> None:
    """Hours of work for nobody are a mistake in the specification."""
    _prepared(project, project.claim("ten_steps", **{**READS, **UNREAD}))

    assert "doubled: no claim and no exhibit reads it" in project.run("run").err


def test_cost_and_needs_are_at_least_those_of_the_recording(project: Any) -> None:
    """A fast run must not start hours of work, and what is missing is known before anything starts."""
    _prepared(project, project.claim("ten_steps", **READS))
    section = project.root / "specs/doc/section.toml"
    section.write_text(
        section.read_text().replace(
            "seeds = 4\n\n[recordings.doubled]",
            'seeds = 4\ncost = "full"\nneeds = ["data:mnist"]\n\n[recordings.doubled]',
        )
    )

    told = project.run("run")

    assert told.code == 2
    assert "cost: should be at least full, the cost of 'plain'; got fast" in told.err
    assert "needs: must list data:mnist, as 'plain' needs it" in told.err


def test_where_and_check_know_recordings(project: Any) -> None:
    """A recording has a place and code, and a function that it cannot call is found without running it."""
    _prepared(project, project.claim("ten_steps", **READS))
    assert "experiments:learn" in project.run("where", "doubled").out
    assert project.run("check").code == 0
    section = project.root / "specs/doc/section.toml"
    section.write_text(section.read_text().replace("gain = 2.0", "gane = 2.0"))

    told = project.run("check")

    assert told.code == 2
    assert "doubled.make: experiments:learn: takes no argument gane" in told.err


def test_pytest_makes_the_recordings_that_it_needs(project: Any) -> None:
    """Claims as tests are measured afresh, with their recordings, and leave no record."""
    import subprocess
    import sys

    _prepared(project, project.claim("ten_steps", **READS))
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "specs"],
        cwd=project.root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(_log(project)) == 8
    assert not project.records.exists()


def test_progress_that_cannot_be_read_is_no_progress(tmp_path: Path) -> None:
    """A half-written or foreign file tells nothing and breaks nothing."""
    assert position(tmp_path) is None
    for text in ("", "{", "[]", '{"done": "x", "total": 2}', '{"done": 1}'):
        (tmp_path / "progress.json").write_text(text)
        assert position(tmp_path) is None
    (tmp_path / "progress.json").write_text('{"done": 3, "total": 10}')
    assert position(tmp_path) == (3, 10)


EXPORT = """
def to_text(name, entries, folder):
    from pathlib import Path
    target = Path(folder) / name
    target.mkdir(parents=True)
    for seed, entry in entries.items():
        (target / f"{seed}.txt").write_text(str(entry["totals"][0]))
    return str(target)


def fails(name, entries, folder):
    raise OSError("no room")
"""


def test_recordings_are_exported_in_a_form_that_the_project_names(project: Any) -> None:
    """Every recorded seed, or what to do where there is none; wrong names say the right ones."""
    _prepared(project, project.claim("ten_steps", **READS))
    project.experiment(EXPORT)
    project.write("pyproject.toml", "[tool.repro.export]\ntext = 'experiments:to_text'\nfull = 'experiments:fails'\n")

    early = project.run("export", "text", "plain", "--to", "out")
    assert early.code == 2
    assert "nothing of 'plain' is recorded yet: repro run plain --cost fast" in early.err
    assert project.run("run").code == 0
    done = project.run("export", "text", "plain", "--to", "out")

    assert done.code == 0, done.err
    assert "4 of 4 seeds written" in done.out
    assert {path.name: path.read_text() for path in (project.root / "out/plain").iterdir()} == {
        f"{seed}.txt": f"{10.0 * (seed + 1)}" for seed in range(4)
    }
    assert "did you mean 'plain'?" in project.run("export", "text", "plane", "--to", "out").err
    assert "there are: text, full" in project.run("export", "txt", "plain", "--to", "out").err
    broken = project.run("export", "full", "plain", "--to", "out")
    assert broken.code == 3
    assert "no room" in broken.err


def test_a_terminal_shows_how_far_each_seed_is(project: Any) -> None:
    """One bar for all pieces, and one for the seed in flight, with its steps."""
    _prepared(project, project.claim("ten_steps", **READS))
    project.write("wait", "")
    ours, theirs = pty.openpty()
    process = project.start("run", "--jobs", "1", stderr=theirs, variables={"TERM": "xterm", "COLUMNS": "120"})
    os.close(theirs)
    shown = bytearray()

    def seen() -> bool:
        shown.extend(os.read(ours, 65536))
        return b"plain--seed-1" in shown and b"5/10" in shown

    project.wait_until(seen)
    (project.root / "wait").unlink()
    with contextlib.suppress(OSError):  # the end of a terminal's stream
        while os.read(ours, 65536):
            pass
    os.close(ours)
    assert process.wait(60) == 0
