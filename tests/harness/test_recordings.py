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

from repro.engine.running import position

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
    assert sorted(_log(project)) == sorted(2 * [f"seed {seed} from 0" for seed in range(4)])
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
