"""Supervised processes: what a run leaves behind when it is interrupted, killed, or started twice."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
from typing import Any

import psutil
import pytest

from repro.engine.pool import Pool
from repro.engine.process import Task

SLOW = "def slow(x=1, sign=1):\n    import time\n    with open(__file__ + '.log', 'a') as log: log.write(f'{x} {sign}\\n')\n"
SLOW += "    from pathlib import Path\n    gate = Path(__file__).with_name('gate')\n    time.sleep(0.05)\n"
SLOW += "    while x > 10 and gate.exists(): time.sleep(0.02)\n    return sign * x\n"


def many(project: Any, count: int) -> None:
    """A project of `count` claims that take 50 ms each and log when they are measured; all but ten wait while `gate` is there."""
    project.experiment(SLOW)
    project.claims(
        *(
            project.claim(f"claim_{k:02d}", measure="'experiments:slow'", args=f"{{ x = {k + 1} }}", value=str(k + 1))
            for k in range(count)
        )
    )


def measured(project: Any) -> list[str]:
    """One line for each call that was made."""
    log = project.root / "experiments.py.log"
    return log.read_text().splitlines() if log.exists() else []


def finished(project: Any) -> set[str]:
    """The names of its records."""
    return {path.stem for path in project.records.glob("*.json")}


@pytest.mark.parametrize("runs", [2, 3])
def test_runs_at_once_measure_each_claim_once(project: Any, runs: int) -> None:
    """Two or three processes over 30 claims share the work, and each reports all of it."""
    many(project, 30)
    started = [project.start("run", "--jobs", "2", "--json") for _ in range(runs)]
    told = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0] * runs, told
    assert sorted(measured(project)) == sorted(f"{k + 1} 1" for k in range(30))
    assert len({out for out, _ in told}) == 1
    assert not list(project.records.glob(".tmp*"))


def test_a_run_beside_one_that_is_killed_takes_over_its_work(project: Any) -> None:
    """A lock held by a process that was killed with -9 is free at once: no unlocking by hand."""
    many(project, 30)
    first = project.start("run", "--jobs", "2")
    project.wait_until(lambda: len(finished(project)) > 3)
    second = project.start("run", "--jobs", "2", "--json")
    project.wait_until(lambda: len(finished(project)) > 6)
    first.kill()
    first.communicate()
    _, err = second.communicate(timeout=60)
    assert second.returncode == 0, err
    assert len(finished(project)) == 30


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), pytest.param(signal.SIGHUP, 129, marks=pytest.mark.deep)],
)
def test_an_interrupted_run_keeps_what_is_finished(project: Any, number: int, code: int) -> None:
    """One sentence and the signal's exit code; the next run measures only the rest; no worker is left."""
    many(project, 40)
    gate = project.write("gate", "")
    process = project.start("run", "--jobs", "2")
    project.wait_until(lambda: len(finished(project)) > 5)
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert err.count("repro:") == 1
    kept = finished(project)
    assert 5 < len(kept) < 40
    before = {name: (project.records / f"{name}.json").read_bytes() for name in kept}
    assert not project.processes()
    already = len(measured(project))
    gate.unlink()
    assert project.run("run", "--jobs", "2").code == 0
    assert len(measured(project)) - already == 40 - len(kept)
    assert before == {name: (project.records / f"{name}.json").read_bytes() for name in kept}


def test_a_second_interrupt_is_no_worse(project: Any) -> None:
    """Ctrl-C twice in a row still ends with 130 and without a traceback."""
    many(project, 40)
    project.write("gate", "")
    process = project.start("run", "--jobs", "2")
    project.wait_until(lambda: len(finished(project)) > 2)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.mark.parametrize("enough", [0, 9])
def test_killing_the_run_at_any_moment_loses_nothing_that_is_finished(project: Any, enough: int) -> None:
    """After kill -9 no worker lives on, every record is whole, and the next run does the rest."""
    many(project, 30)
    process = project.start("run", "--jobs", "2")
    project.wait_until(lambda: len(finished(project)) >= enough and project.processes())
    process.kill()
    process.communicate()
    project.wait_until(lambda: not project.processes(), 5.0)
    kept = finished(project)
    assert project.run("check").code == 0
    already = len(measured(project))
    assert project.run("run", "--jobs", "2").code == 0
    assert len(measured(project)) - already == 30 - len(kept)


@pytest.mark.parametrize(
    "body",
    ["while True: pass", "sum(range(10**15))", "import os; os.fork(); time.sleep(1000)"],
    ids=["busy", "interpreter locked", "forked"],
)
def test_no_worker_outlives_a_killed_run(project: Any, body: str) -> None:
    """Workers that cannot run Python code of ours, and their children, die with the process that started them."""
    project.experiment(f"def hangs(sign=1):\n    import time\n    open(__file__ + '.log', 'w').close()\n    {body}\n")
    project.claims(project.claim(measure="'experiments:hangs'"))
    process = project.start("run")
    project.wait_until(lambda: (project.root / "experiments.py.log").exists())
    process.kill()
    process.communicate()
    project.wait_until(lambda: not project.processes(), 5.0)


def test_a_worker_killed_from_outside_is_replaced(project: Any) -> None:
    """Killing workers during a run changes no verdict: the call is made again."""
    many(project, 30)
    process = project.start("run", "--jobs", "2", "--json")
    project.wait_until(lambda: len(finished(project)) > 5)
    for worker in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.Error):
            worker.kill()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert len(finished(project)) == 30


def test_a_worker_serves_one_framework_only(project: Any) -> None:
    """Tasks of two groups run in two processes: frameworks of one process would share their threads."""
    project.experiment("def process():\n    import os\n    return os.getpid()\n")
    with Pool(project.root, 1) as pool:
        for key, group in enumerate(["", "other", "", "other", ""]):
            pool.submit(Task(str(key), "experiments:process", {}, None, group, 30.0, 4096))
        replies: dict[str, Any] = {}
        while pool.pending:
            replies |= {reply.key: reply.value for reply in pool.wait()}
    assert len({replies[key] for key in "024"}) == len({replies[key] for key in "13"}) == 1
    assert replies["0"] != replies["1"]


def test_workers_have_one_thread_and_no_terminal(project: Any) -> None:
    """Framework threads are fixed to one, a GPU's float32 is no TF32, standard input is empty, and the process is spawned, not forked."""
    project.experiment(
        "def circumstances():\n    import os, sys\n"
        "    return {'threads': os.environ['OMP_NUM_THREADS'], 'hash': os.environ['PYTHONHASHSEED'],\n"
        "            'tf32': os.environ['NVIDIA_TF32_OVERRIDE'], 'input': sys.stdin.read(),\n"
        "            'leads': os.getsid(0) == os.getpid(), 'pytest': 'pytest' in sys.modules}\n"
    )
    with Pool(project.root, 1) as pool:
        pool.submit(Task("k", "experiments:circumstances", {}, None, "", 30.0, 4096))
        (reply,) = pool.wait()
    assert reply.value == {
        "threads": "1", "hash": "0", "tf32": "0", "input": "", "leads": True, "pytest": False,
    }  # fmt: skip


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc reads these variables")
def test_workers_keep_freed_memory(project: Any) -> None:
    """What takes 64 MB again and again meets hardly any of its 16,384 pages twice: so many faults would be a third of a training step."""
    project.experiment(
        "def faults():\n    import resource\n"
        "    def made():\n        b'x' * 2**26\n"
        "        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "    made()\n    before = made()\n    return [made() for _ in range(5)][-1] - before\n"
    )
    with Pool(project.root, 1) as pool:
        pool.submit(Task("k", "experiments:faults", {}, None, "", 30.0, 4096))
        (reply,) = pool.wait()
    assert reply.value < 5 * 16384 / 10


def test_leaving_a_pool_leaves_nothing(project: Any) -> None:
    """No process, no open file and no temporary folder is left, even when work is under way."""
    project.experiment("def sleeps():\n    import time\n    time.sleep(100)\n")
    before = psutil.Process().num_fds()
    with Pool(project.root, 3) as pool:
        for key in "abcde":
            pool.submit(Task(key, "experiments:sleeps", {}, None, "", 0.3, 4096))
        scratch = pool._scratch.name
        pool.wait()
    assert not os.path.exists(scratch)
    assert not project.processes()
    assert psutil.Process().num_fds() <= before


@pytest.mark.deep
@pytest.mark.parametrize("number", range(50))
def test_fifty_kills_at_random_moments(project: Any, number: int) -> None:
    """The main process is killed after a random time; nothing finished is lost or unreadable."""
    import random
    import time

    many(project, 30)
    process = project.start("run", "--jobs", "2")
    time.sleep(random.Random(number).uniform(0.1, 1.5))
    process.kill()
    process.communicate()
    assert project.run("check").code == 0
    kept, already = len(finished(project)), len(measured(project))
    assert project.run("run", "--jobs", "2").code == 0
    assert len(measured(project)) - already == 30 - kept
