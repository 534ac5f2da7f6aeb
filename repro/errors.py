"""What can go wrong, and the exit code that says so.

===== ====================================================================================
code  meaning
===== ====================================================================================
0     every judged claim came out as expected (what was not run is listed)
1     a claim came out otherwise than expected, or a control survived
2     usage, or a specification that does not validate: nothing was run
3     a measurement broke or was lost, or the disk refused a record
4     a record's digest does not match its content
75    another run holds what this command needs
128+n stopped by signal n: 130 interrupted, 143 terminated, 141 the reader of the output left
===== ====================================================================================
"""

from __future__ import annotations

OK, UNEXPECTED, USAGE, BROKEN, INTEGRITY, BUSY, SIGNALLED = 0, 1, 2, 3, 4, 75, 128


class ReproError(Exception):
    """An error that a person can act on; its text is the whole message."""

    exit_code = BROKEN


class UsageProblem(ReproError):
    """The command or the project's settings ask for something that cannot be done."""

    exit_code = USAGE


class SpecProblem(ReproError):
    """A specification file does not validate; ``problems`` holds one line for each fault."""

    exit_code = USAGE

    def __init__(self, path: str, problems: list[str]) -> None:
        self.path = path
        self.problems = problems
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))


class StoreProblem(ReproError):
    """A record cannot be written where it has to go."""


class Corrupt(ReproError):
    """A record's digest does not match its content, or it is no record at all."""

    exit_code = INTEGRITY


class Busy(ReproError):
    """Another process holds the lock."""

    exit_code = BUSY
