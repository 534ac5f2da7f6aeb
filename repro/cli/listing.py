"""``repro list``, ``where``, ``ledger`` and ``check``: everything that reads and measures nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from repro.cli.showing import (
    json_option,
    open_session,
    patterns_argument,
    print_json,
    print_table,
    say,
    warn,
    warn_of_damage,
)
from repro.engine.session import Session
from repro.errors import INTEGRITY, OK, USAGE, UsageProblem
from repro.spec.suite import Claim, Exhibit, Recording


@click.command("list")
@patterns_argument
@json_option
@click.pass_obj
def list_command(project: Path, patterns: tuple[str, ...], as_json: bool) -> int:
    """List the claims that match any PATTERN (all, for none), in slide order."""
    session = open_session(project)
    session.suite.require_known(patterns)
    claims = session.suite.select(patterns)
    if as_json:
        print_json(
            {
                "id": claim.id,
                "document": claim.document,
                "section": claim.section,
                "slide": claim.spec.slide,
                "ledger": claim.spec.ledger,
                "cost": claim.spec.cost,
                "backends": claim.backends,
                "expected": claim.spec.expected,
            }
            for claim in claims
        )
    else:
        rows = [[c.id, c.document, c.section, c.spec.expected, " ".join(c.spec.ledger), c.spec.says] for c in claims]
        print_table(["claim", "document", "section", "expected", "ledger", "says"], rows)
    return OK


@click.command("where")
@click.argument("what")
@click.pass_obj
def where_command(project: Path, what: str) -> int:
    """Say where WHAT (a claim, a slide heading, a ledger row, an exhibit) is specified, and where its code is."""
    from repro.spec.places import calls_of, line_of

    session = open_session(project)
    session.suite.require_known((what,))
    root = session.config.root
    items: list[Claim | Exhibit | Recording] = [*session.suite.select((what,)), *session.suite.select_exhibits((what,))]
    items += [recording for name, recording in session.suite.recordings.items() if what in name]
    for item in items:
        dotted = next(calls_of(item)).dotted
        say(f"{item.id}: {item.spec.says}")
        say(f"  spec  {item.path}:{line_of(root / item.path, item.id)}")
        found = session.sources.function(dotted)
        code = f"{found[0].relative_to(root)}:{found[1].lineno}" if isinstance(found, tuple) else found
        say(f"  code  {code}  ({dotted})")
    return OK


@click.command("ledger")
@json_option
@click.option("--state", type=click.Choice(["bound", "unchecked", "open"]), help="Only rows of this state.")
@click.pass_obj
def ledger_command(project: Path, as_json: bool, state: str | None) -> int:
    """Print every statement of the ledger: bound by which claims, unchecked for which reason, or open."""
    from repro.engine.results import claim_result, ledger_rows

    session = open_session(project)
    if not session.suite.ledger:
        raise UsageProblem(f"{session.config.ledger} does not exist: this project has no ledger")
    results = [claim_result(session, claim, name) for claim in session.suite.claims for name in claim.backends]
    rows = ledger_rows(session, results)
    warn_of_damage(session)
    chosen = [row for row in rows if state in (None, row["state"])]
    if as_json:
        print_json({key: row[key] for key in ("row", "state", "claims", "outcome")} for row in chosen)
        return OK
    print_table(
        ["row", "state", "outcome", "claims or reason"],
        [[r["row"], r["state"], r["outcome"] or "", r["reason"] or " ".join(r["claims"])] for r in chosen],
    )
    counts = Counter(row["state"] for row in rows)
    outcomes = Counter(row["outcome"] for row in rows if row["outcome"])
    say(f"{len(rows)} statements: {counts['bound']} bound, {counts['unchecked']} unchecked, {counts['open']} open")
    say("bound: " + (", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "none"))
    return OK


@click.command("check")
@click.pass_obj
def check_command(project: Path) -> int:
    """Validate every specification, find every function that one names, and verify the digest of every record."""
    session = open_session(project)
    unresolved = _unresolved(session)
    for line in unresolved:
        warn(line)
    damaged = [*session.store.verify(), *session.published.verify()]
    for line in damaged:
        warn(line)
    suite = session.suite
    say(
        f"{len(suite.documents)} documents, {len(suite.claims)} claims, {len(suite.exhibits)} exhibits, "
        f"{len(suite.ledger)} statements: {len(unresolved) or 'no'} unresolved names, {len(damaged) or 'no'} damaged records"
    )
    return INTEGRITY if damaged else USAGE if unresolved else OK


def _unresolved(session: Session) -> list[str]:
    """Dotted names that lead nowhere and arguments that their functions do not take, read from the source."""
    from repro.spec.places import calls_of, misfit

    lines = []
    for item in (*session.suite.items, *session.suite.recordings.values()):
        for planned in calls_of(item):
            found = session.sources.function(planned.dotted)
            fault = found if isinstance(found, str) else misfit(found[1], planned)
            if fault is not None:
                lines.append(f"{item.path}: {item.id}.{planned.key}: {planned.dotted}: {fault}")
        for need in item.spec.needs:
            unknown = session.datasets.unknown(need.removeprefix("data:")) if need.startswith("data:") else None
            if unknown is not None:
                lines.append(f"{item.path}: {item.id}.needs: {unknown}")
    for kind, dotted in session.config.show.items():
        found = session.sources.function(dotted)
        if isinstance(found, str):
            lines.append(f"pyproject.toml: show.{kind}: {dotted}: {found}")
    return lines
