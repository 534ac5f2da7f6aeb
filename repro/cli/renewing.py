"""``repro renew``."""

from __future__ import annotations

from pathlib import Path

import click

from repro.cli.measuring import jobs_option, measure_in_sight
from repro.cli.showing import json_option, open_session, print_json, print_table, say, selecting, warn, warn_of_damage
from repro.engine.records import only_one
from repro.engine.renewal import Renewal, earlier, renew, to_make_again
from repro.errors import BROKEN, OK, UNEXPECTED


@click.command("renew")
@selecting
@jobs_option
@json_option
@click.pass_obj
def renew_command(project: Path, patterns: tuple[str, ...], cost: str, jobs: int | None, as_json: bool) -> int:
    """Did a change of the code alter what it records? Of each recording that is stale by its code alone, make the first and the last seed
    again. Where both come out the same, times aside, keep the other seeds as well; else keep none, and say what differs.

    A PATTERN names recordings, or the claims and exhibits that read them. `repro run` then judges what was kept.
    """
    session = open_session(project)
    session.suite.require_known(patterns)
    with only_one(session.config.work, "renewal"):
        chosen = session.suite.select_recordings(patterns, cost)
        possible = [recording.id for recording in chosen if session.missing(recording.spec, None) is None]
        groups = [group for name in possible for group in earlier(session, name)]
        broken = measure_in_sight(session, to_make_again(session, groups), "Renewing", jobs, False, None)
        renewals = [renew(session, group) for group in groups]
    if as_json:
        print_json(_row(renewal) for renewal in renewals)
    else:
        rows = [[str(value) for value in _row(renewal).values()] for renewal in renewals]
        print_table(["state", "recording", "made again", "kept", "why"], rows)
        states = [renewal.state for renewal in renewals]
        told = (
            ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
            or "nothing is stale by its code alone"
        )
        say(f"{len(renewals)} recordings of earlier code: {told}")
    for line in broken:
        warn(line)
    warn_of_damage(session)
    if broken or any(renewal.state == "broke" for renewal in renewals):
        return BROKEN
    return OK if all(renewal.state == "renewed" for renewal in renewals) else UNEXPECTED


def _row(renewal: Renewal) -> dict[str, object]:
    again = ", ".join(map(str, renewal.witnesses))
    reason = renewal.reason
    if renewal.state == "differs":
        reason += f"; nothing was kept: repro run {renewal.recording} measures its seeds again"
    return {
        "state": renewal.state,
        "recording": renewal.recording,
        "made again": again,
        "kept": renewal.kept,
        "why": reason,
    }
