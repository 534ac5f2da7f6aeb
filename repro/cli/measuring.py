"""``repro run`` and ``repro controls``."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import click

from repro.cli.progress import progress
from repro.cli.showing import (
    json_option,
    open_session,
    print_json,
    print_table,
    say,
    selecting,
    warn,
    warn_of_damage,
)
from repro.engine.results import Result, claim_result, control_result
from repro.engine.running import Progress, measure
from repro.engine.session import Session
from repro.engine.work import Work
from repro.errors import BROKEN, OK, UNEXPECTED, UsageProblem

jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 256), default=None, help="Worker processes [default: one a core]."
)
cluster_option = click.option(
    "--cluster", metavar="ADDRESS", help="Measure on the Dask cluster whose scheduler is there, not on this machine."
)
again_option = click.option("--again", is_flag=True, help="Measure also what is fresh.")


@click.command("run")
@selecting
@click.option("--backend", help="Only this backend.")
@click.option("--strict", is_flag=True, help="Count what could not be run as a failure.")
@jobs_option
@cluster_option
@again_option
@json_option
@click.pass_obj
def run_command(
    project: Path,
    patterns: tuple[str, ...],
    cost: str,
    backend: str | None,
    strict: bool,
    jobs: int | None,
    cluster: str | None,
    again: bool,
    as_json: bool,
) -> int:
    """Measure the claims that match any PATTERN (all, for none), as far as they are missing or stale.

    A pattern is part of a claim's id or slide, a document, a section, a topic, or a ledger row.
    """
    session = open_session(project)
    session.suite.require_known(patterns)
    claims = session.suite.select(patterns, cost)
    pairs = [(claim, name) for claim in claims for name in claim.backends if backend in (None, name)]
    if claims and not pairs:
        known = sorted({name for claim in claims for name in claim.backends})
        raise UsageProblem(f"none of these claims has the backend '{backend}'; they have: {', '.join(known)}")
    runnable = [(claim, name) for claim, name in pairs if session.missing(claim.spec, name) is None]
    works = [session.claim_work(claim, name) for claim, name in runnable]
    exhibits = [
        session.exhibit_work(exhibit)
        for exhibit in session.suite.select_exhibits(patterns, cost)
        if backend is None and session.missing(exhibit.spec, None) is None
    ]
    broken = measure_in_sight(session, works + exhibits, "Measuring", jobs, again, cluster)
    results = [claim_result(session, claim, name) for claim, name in pairs]
    if as_json:
        print_json(result.as_row() for result in results)
    else:
        _print_results(results, len(exhibits))
    for line in broken:
        warn(line)
    warn_of_damage(session)
    return _exit_code(results, bool(broken), strict)


@click.command("controls")
@selecting
@jobs_option
@cluster_option
@again_option
@json_option
@click.pass_obj
def controls_command(
    project: Path,
    patterns: tuple[str, ...],
    cost: str,
    jobs: int | None,
    cluster: str | None,
    again: bool,
    as_json: bool,
) -> int:
    """Run every control of the claims that match, and print the kill matrix: a survivor fails the command."""
    session = open_session(project)
    session.suite.require_known(patterns)
    claims = session.suite.select(patterns, cost)
    pairs = [(claim, name) for claim in claims for name in claim.spec.controls]
    runnable = [(claim, name) for claim, name in pairs if session.missing(claim.spec, claim.backends[0]) is None]
    works = [session.control_work(claim, name) for claim, name in runnable]
    measure_in_sight(session, works, "Controls", jobs, again, cluster)
    results = [control_result(session, claim, name) for claim, name in pairs]
    warn_of_damage(session)
    counts = Counter(result.state for result in results)
    if as_json:
        print_json(result.as_row() for result in results)
    else:
        rows = [[r.state, r.claim.id, r.name, r.reason if r.state != "killed" else ""] for r in results]
        print_table(["state", "claim", "control", "why"], rows)
        states = ("killed", "survived", "not applicable")
        say(f"{len(results)} controls: " + ", ".join(f"{counts[state]} {state}" for state in states))
    return UNEXPECTED if counts["survived"] else OK


def measure_in_sight(
    session: Session, works: list[Work], title: str, jobs: int | None, again: bool, cluster: str | None
) -> list[str]:
    """Measure with a progress bar; returns the exhibits and recordings that broke (claims and controls show it in their rows)."""
    broken: list[str] = []
    with progress(title, len(works)) as bar:

        def done(piece: Progress) -> None:
            bar.done(piece.name)
            item, _, what = piece.name.partition("--")
            if piece.error is not None and what == "exhibit":
                broken.append(f"exhibit {item}: {piece.error}")
            elif piece.error is not None and what.startswith("seed-"):
                broken.append(f"recording {item}, {what.replace('-', ' ')}: {piece.error}")

        measure(session, works, jobs or os.cpu_count() or 1, again, done, cluster, bar.at, bar.more)
    return broken


def _print_results(results: list[Result], exhibits: int) -> None:
    rows = []
    for result in results:
        row = result.as_row()
        shown = [str(row["documented"] or ""), str(row["measured"] or "")]
        why = "" if result.as_expected and row["outcome"] == "reproduced" else row["reason"]
        rows.append([row["outcome"], row["id"], row["backend"], *shown, why])
    print_table(["outcome", "claim", "backend", "documented", "measured", "why"], rows)
    counts = Counter(result.verdict.outcome for result in results)
    surprising = sum(result.surprising for result in results)
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "nothing to measure"
    say(f"{len(results)} verdicts: {told}; {surprising or 'none'} otherwise than expected")
    if exhibits and not results:
        say(f"{exhibits} exhibit{'s' * (exhibits > 1)}, which the report shows: repro report")


def _exit_code(results: list[Result], broken: bool, strict: bool) -> int:
    outcomes = {result.verdict.outcome for result in results}
    if broken or "error" in outcomes:
        return BROKEN
    if any(result.surprising for result in results) or (strict and "not run" in outcomes):
        return UNEXPECTED
    return OK
