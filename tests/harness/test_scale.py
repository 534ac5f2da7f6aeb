"""How it grows: thousands of claims are listed in a moment, and a run of what is fresh only reads. Limits are generous."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

import pytest

from repro.config import find_config
from repro.spec import load_suite


def large(project: Any, count: int, per_section: int = 100) -> None:
    """A suite of `count` claims in sections of a hundred and documents of a thousand."""
    (project.root / "specs/doc/section.toml").unlink()
    for start in range(0, count, per_section):
        document = f"specs/doc-{start // 1000}"
        project.write(f"{document}/document.toml", "schema = 1\ntitle = 'A document'\nkind = 'slides'\n")
        claims = (project.claim(f"claim_{k}") for k in range(start, start + per_section))
        project.write(f"{document}/section-{start}.toml", project.section(*claims))


def processor_seconds(project: Any, *arguments: str) -> float:
    """Processor time of one command: other work on the machine does not move it much."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = project.run(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.code == 0, done.err
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def say(what: str, seconds: float, most: float) -> None:
    """Print the figure (shown by `pytest -rP`) and check it against the promise, with room for a slow machine."""
    print(f"{what}: {seconds:.2f} s of processor time; promised {most} s")  # noqa: T201
    assert seconds < 3 * most


def test_help_comes_at_once(project: Any) -> None:
    """`repro --help` within 0.3 s."""
    processor_seconds(project, "--help")  # compiles
    say("repro --help", min(processor_seconds(project, "--help") for _ in range(3)), 0.3)


def test_ten_thousand_claims_are_listed_in_two_seconds(project: Any) -> None:
    """As text and as JSON; every claim is there once, in order."""
    large(project, 10_000)
    say("repro list, 10,000 claims", processor_seconds(project, "list"), 2.0)
    started = time.process_time()
    suite = load_suite(find_config(project.root))
    seconds = time.process_time() - started
    assert not suite.problems
    assert len({claim.id for claim in suite.claims}) == 10_000
    say("reading 10,000 claims", seconds, 1.5)


def test_reading_grows_in_proportion(project: Any) -> None:
    """Four times the claims cost about four times the time, not sixteen."""

    def seconds(count: int) -> float:
        for path in project.root.glob("specs/doc-*/*"):
            path.unlink()
        project.claims()
        large(project, count)
        best = 1e9
        for _ in range(2):
            started = time.process_time()
            load_suite(find_config(project.root))
            best = min(best, time.process_time() - started)
        return best

    assert seconds(2000) < 10 * seconds(500)


def test_a_warm_run_of_hundreds_of_claims_takes_two_seconds(project: Any) -> None:
    """300 claims: measured once, then read from their records and judged again."""
    large(project, 300)
    cold = processor_seconds(project, "run", "--jobs", "1")
    warm = processor_seconds(project, "run", "--json")
    say("warm repro run, 300 claims", warm, 2.0)
    assert warm < cold
    assert len(list(project.records.glob("*.json"))) == 300


def test_a_claim_costs_milliseconds_of_overhead(project: Any) -> None:
    """What the harness adds to a measurement of no time, pool, locks, fsync and judge included: below 50 ms each."""
    large(project, 100)
    alone = processor_seconds(project, "list")
    seconds = processor_seconds(project, "run", "--jobs", "1")
    say("overhead of one claim", (seconds - alone) / 100, 0.05)


@pytest.mark.deep
def test_two_thousand_records_are_read_and_judged(project: Any, tmp_path: Path) -> None:
    """A warm run over 2,000 claims stays below 10 s."""
    large(project, 2000)
    processor_seconds(project, "run")
    say("warm repro run, 2,000 claims", processor_seconds(project, "run", "--json"), 10.0)
