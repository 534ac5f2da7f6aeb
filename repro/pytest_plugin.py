"""pytest collects specification files: ``pytest specs/ -m fast -k adam``.

Every claim is an item for each backend, every control another. A broken file is one failing item, and the others still run. *Not run*
is a skip with its reason; ``--strict-claims`` makes it a failure. Measurements are always made afresh and never recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from repro.errors import ReproError

if TYPE_CHECKING:
    from repro.engine.jobs import Bookmark
    from repro.engine.pool import Pool
    from repro.engine.session import Session
    from repro.engine.work import Work
    from repro.spec.suite import Claim

_COSTS = ("fast", "standard", "full")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the claims."""
    group = parser.getgroup("claims")
    group.addoption(
        "--claims-cost", choices=_COSTS, default="fast", help="the dearest claims to measure (default: fast)"
    )
    group.addoption(
        "--strict-claims", action="store_true", help="a claim that cannot be run fails instead of being skipped"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Markers that select claims by their cost."""
    for cost in _COSTS:
        config.addinivalue_line("markers", f"{cost}: claims that cost {cost}")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SpecFile | None:
    """Take the ``.toml`` files below a project's ``specs`` folder."""
    if file_path.suffix != ".toml" or file_path.name == "pyproject.toml":
        return None
    from repro.config import find_config
    from repro.engine.session import Session
    from repro.spec.loading import load_suite

    try:
        project = find_config(file_path.parent)
    except ReproError:  # some other project's file, or settings that `repro` itself will explain
        return None
    if not file_path.is_relative_to(project.specs):
        return None
    known = parent.config.stash.setdefault(_SESSIONS, {})
    if project.root not in known:
        known[project.root] = Session(project, load_suite(project))
    return SpecFile.from_parent(parent, path=file_path, session_=known[project.root])


_SESSIONS = pytest.StashKey[dict[Path, "Session"]]()
_POOLS = pytest.StashKey[dict[Path, "Pool"]]()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the workers."""
    for pool in config.stash.get(_POOLS, {}).values():
        pool.__exit__()


class SpecFile(pytest.File):
    """One specification file."""

    def __init__(self, session_: Session, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.suite_session = session_

    def collect(self) -> Iterable[pytest.Item]:
        """The file's own validity, then its claims and their controls."""
        session = self.suite_session
        shown = self.path.relative_to(session.config.root).as_posix()
        mine = {shown}
        if self.path.name == "document.toml" and session.config.ledger.is_relative_to(session.config.root):
            mine.add(
                session.config.ledger.relative_to(session.config.root).as_posix()
            )  # the ledger has no item of its own
        problems = [str(problem) for problem in session.suite.problems if problem.path in mine]
        yield SpecIsValid.from_parent(self, name="spec-is-valid", problems=problems)
        for claim in session.suite.claims:
            if claim.path == shown:
                yield from self._items(session, claim)

    def _items(self, session: Session, claim: Claim) -> Iterator[pytest.Item]:
        for backend in claim.backends:
            name = f"{claim.id}[{backend}]"
            yield ClaimItem.from_parent(self, name=name, session_=session, claim=claim, backend=backend)
        for control in claim.spec.controls:
            yield ControlItem.from_parent(
                self, name=f"{claim.id}[control-{control}]", session_=session, claim=claim, control=control
            )


class _Failure(Exception):
    """What the item says when it fails."""


class _Item(pytest.Item):
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The verdict's own sentence, without a traceback through the harness."""
        if isinstance(excinfo.value, _Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the item stands."""
        return self.path, None, self.name


class SpecIsValid(_Item):
    """Fails with every problem of its file."""

    def __init__(self, problems: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.problems = problems

    def runtest(self) -> None:
        """Report the problems that reading the suite found in this file."""
        if self.problems:
            raise _Failure("\n".join(self.problems))


class _Measured(_Item):
    """What a claim and a control share: cost markers, needs, and a call through the pool."""

    def __init__(self, session_: Session, claim: Claim, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.suite_session = session_
        self.claim = claim
        self.add_marker(claim.spec.cost)

    def require(self, backend: str) -> None:
        """Skip, or under ``--strict-claims`` fail, where something is missing."""
        lacking = self.suite_session.missing(self.claim.spec, backend)
        dearest = self.config.getoption("--claims-cost")
        if lacking is not None:
            reason = f"not run: {lacking}"
        elif _COSTS.index(self.claim.spec.cost) > _COSTS.index(dearest):
            reason = f"not run: costs {self.claim.spec.cost}; measure it with --claims-cost {self.claim.spec.cost}"
        else:
            return
        if self.config.getoption("--strict-claims"):
            raise _Failure(reason)
        pytest.skip(reason)

    def finish(self, work: Work) -> dict[str, Any]:
        """Measure it in this run's worker, and of the recordings that it reads the seeds that each of its looks wants."""
        from repro.engine.jobs import Bookmark, Looked, MoreSeeds

        session = self.suite_session
        looked = Looked()

        def keep(undecided: Looked) -> None:
            nonlocal looked
            looked = undecided

        for name in work.reads:
            session.afresh.setdefault(name, [])
        while True:
            try:
                return self._drive(work, Bookmark(looked, keep))
            except MoreSeeds as more:
                for name in work.reads:
                    made = session.afresh[name]
                    made += [self._drive(one)["data"] for one in session.recording_works(name, more.seeds)[len(made) :]]

    def _drive(self, work: Work, bookmark: Bookmark | None = None) -> dict[str, Any]:
        from repro.engine.jobs import Bookmark, MeasurementFailed
        from repro.engine.pool import Pool

        job = work.job(bookmark or Bookmark())
        root = self.suite_session.config.root
        pools = self.config.stash.setdefault(_POOLS, {})
        if root not in pools:
            pools[root] = Pool(root, 1)
        pool = pools[root]
        try:
            call = next(job.steps)
            while True:
                pool.submit(job.task(call))
                call = job.steps.send(pool.wait()[0])
        except StopIteration as end:
            return dict(end.value)
        except MeasurementFailed as failure:
            raise _Failure(f"{self.claim.id}: error: {failure}") from None


class ClaimItem(_Measured):
    """One claim on one backend: passes when the outcome is the expected one."""

    def __init__(self, backend: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.backend = backend

    def runtest(self) -> None:
        """Measure and judge."""
        from repro.engine.verdicts import judge_result

        self.require(self.backend)
        result = self.finish(self.suite_session.claim_work(self.claim, self.backend))
        error = self.suite_session.suite.error_per_comparison
        verdict = judge_result(self.claim, result, error)
        self.user_properties.append(("outcome", verdict.outcome))
        if verdict.outcome != self.claim.spec.expected:
            raise _Failure(
                f"{self.claim.id} [{self.backend}]: {verdict.outcome}, expected {self.claim.spec.expected}: {verdict.reason}"
            )


class ControlItem(_Measured):
    """One control: passes when the check rejects the mistake."""

    def __init__(self, control: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.control = control

    def runtest(self) -> None:
        """Measure the broken variant and judge it by the check that the right code passes."""
        from repro.engine.verdicts import judge_control

        self.require(self.claim.backends[0])
        result = self.finish(self.suite_session.control_work(self.claim, self.control))
        state, reason, _ = judge_control(self.claim, result["measured"], self.suite_session.suite.error_per_comparison)
        if state != "killed":
            raise _Failure(f"{self.claim.id}: the control '{self.control}' {state}: {reason}")
