"""``repro export``: recordings in a form that other programs read. The project's settings say which function writes it."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from repro.cli.showing import open_session, say
from repro.engine.session import Session
from repro.errors import OK, ReproError, UsageProblem

_SECONDS, _MEBIBYTES = 600.0, 4096


@click.command("export")
@click.argument("form")
@click.argument("recordings", nargs=-1, required=True)
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where to write.")
@click.pass_obj
def export_command(project: Path, form: str, recordings: tuple[str, ...], folder: Path) -> int:
    """Write every recorded seed of each RECORDING in FORM, below --to."""
    from repro.engine.pool import Pool
    from repro.engine.process import Task

    session = open_session(project)
    forms, known = session.config.export, session.suite.recordings
    if form not in forms:
        raise UsageProblem(f"there is no form '{form}'; there are: {', '.join(forms) or 'none ([tool.repro.export])'}")
    for name in recordings:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise UsageProblem(f"there is no recording '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
    with Pool(session.config.root, 1) as pool:
        for name in recordings:
            entries = _entries(session, name)
            if not entries:
                cost = known[name].spec.cost
                raise UsageProblem(f"nothing of '{name}' is recorded yet: repro run {name} --cost {cost}")
            arguments = {"name": name, "entries": entries, "folder": str(folder.resolve())}
            pool.submit(Task(name, forms[form], arguments, None, "", _SECONDS, _MEBIBYTES))
            (reply,) = pool.wait()
            if reply.error is not None:
                raise ReproError(f"{forms[form]}: {reply.error}")
            say(f"{name}: {len(entries)} of {known[name].spec.seeds} seeds written to {reply.value}")
    return OK


def _entries(session: Session, name: str) -> dict[str, object]:
    """What is recorded, by seed; a published record of earlier code serves too."""
    entries: dict[str, object] = {}
    for seed, work in enumerate(session.recording_works(name)):
        record, _ = session.shown(work)
        if record is not None and record["error"] is None:
            entries[str(seed)] = record["result"]["data"]
    return entries
