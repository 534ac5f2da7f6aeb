"""The command line. Answers go to standard output, progress and problems to standard error, the outcome into the exit code."""

from __future__ import annotations

import importlib
import signal
import sys
from pathlib import Path

import click

from repro import __version__
from repro.errors import BROKEN, OK, SIGNALLED, USAGE, ReproError

# name -> (module, what --help says); modules are imported only when their command runs
_COMMANDS = {
    "list": ("listing", "List the claims, in slide order."),
    "where": ("listing", "Say where a claim or a slide is specified, and where the code that checks it is."),
    "run": ("measuring", "Measure what is missing or stale, and judge."),
    "controls": ("measuring", "Check that every check rejects the mistakes it names."),
    "renew": ("renewing", "Keep recordings of earlier code, where two seeds made again come out the same."),
    "ledger": ("listing", "Count the documents' statements: bound, unchecked, open."),
    "show": ("show", "Print one thing as a table: repro show KIND NAME."),
    "export": ("export", "Write recordings in another form: repro export FORM RECORDING --to FOLDER."),
    "data": ("data", "List the datasets, fetch them, verify them."),
    "report": ("reporting", "Build the report from the specifications and the records."),
    "check": ("listing", "Validate specifications, names and records without measuring anything."),
    "publish": ("reporting", "Copy the fresh records and the summary to where the repository tracks them."),
    "new": ("scaffolding", "Start a project, a document, a section or a claim."),
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"repro.cli.{_COMMANDS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="repro")
@click.option(
    "--project", type=click.Path(path_type=Path), default=Path(), help="A folder of the project [default: here]."
)
@click.pass_context
def _repro(context: click.Context, project: Path) -> None:
    """Check what courses and papers print.

    Claims say what a document prints; experiments measure it over seeds; verdicts come with their evidence.

    \b
    Exit codes: 0 all as expected; 1 something is not, or a control survived; 2 usage or a broken
    specification; 3 a measurement broke or could not be kept; 4 a damaged record; 75 busy; 130 interrupted.
    """
    context.obj = project


def run_command_line(arguments: list[str]) -> int:
    """Run one command and return its exit code; nothing but a message reaches the user when something is wrong."""
    from repro.cli.showing import warn

    try:
        return _invoke(arguments)
    except click.ClickException as error:
        error.show()
        return USAGE
    except ReproError as error:
        warn(str(error))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        warn("interrupted; what was finished is kept, and the same command goes on from there")
        return SIGNALLED + (error.args[0] if error.args else signal.SIGINT)
    except BrokenPipeError:  # the reader of our output left, as in `repro list | head`
        return SIGNALLED + signal.SIGPIPE
    except OSError as error:
        warn(f"{error.filename or 'the output'}: {error.strerror or error}")
        return BROKEN


def _invoke(arguments: list[str]) -> int:
    """Not click's own ``main``, which has other exit codes for signals and for a reader that leaves."""
    try:
        with _repro.make_context("repro", list(arguments)) as context:
            code = _repro.invoke(context)
    except click.exceptions.Exit as end:
        code = end.exit_code
    if sys.stdout is not None:
        sys.stdout.flush()  # now, while a full disk or a closed pipe can still be told
    return code if isinstance(code, int) else OK
