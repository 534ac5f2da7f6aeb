"""``repro report`` and ``repro publish``."""

from __future__ import annotations

from pathlib import Path

import click

from repro.cli.showing import open_session, say, warn_of_damage
from repro.engine.records import only_one
from repro.errors import OK, StoreProblem


@click.command("report")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="Where to build it [default: [tool.repro] report]."
)
@click.pass_obj
def report_command(project: Path, folder: Path | None) -> int:
    """Build the report from the specifications and the records; it opens offline, from the file."""
    from repro.report import build
    from repro.views import gather

    session = open_session(project)
    target = (folder or session.config.report).resolve()
    with only_one(session.config.work, "report"):
        try:
            index = build(gather(session, target), target)
        except OSError as error:
            raise StoreProblem(f"{target}: cannot be written: {error.strerror or error}") from None
    warn_of_damage(session)
    say(f"The report is at {index}")
    return OK


@click.command("publish")
@click.pass_obj
def publish_command(project: Path) -> int:
    """Copy every fresh record, and what is undecided so far, to the tracked folder, drop those of claims that are gone, and renew the summary."""
    from repro.report import summarise
    from repro.views import gather

    session = open_session(project)
    suite = session.suite
    with only_one(session.config.work, "publish"):
        works = [session.claim_work(claim, backend) for claim in suite.claims for backend in claim.backends]
        works += [session.control_work(claim, name) for claim in suite.claims for name in claim.spec.controls]
        works += [session.exhibit_work(exhibit) for exhibit in suite.exhibits]
        works += [work for name in suite.recordings for work in session.recording_works(name)]
        copied = 0
        for work in works:
            record = session.fresh(work) or session.begun(work)
            if record is not None:
                session.published.put(record)
                copied += 1
        gone = set(session.published.names()) - {work.name for work in works}
        for name in gone:
            session.published.remove(name)
        try:
            written = summarise(gather(session, session.config.report), session.config.results)
        except OSError as error:
            raise StoreProblem(f"{session.config.results}: cannot be written: {error.strerror or error}") from None
    say(f"{copied} records published, {len(gone)} of claims that are gone removed; summary: {written[0]}")
    return OK
