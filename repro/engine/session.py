"""One project, its suite and its records: what is fresh, what has to be measured, and what the records say."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from repro import __version__
from repro.config import Config
from repro.engine import needs
from repro.engine.fingerprint import Sources, digest, environment
from repro.engine.jobs import (
    Bookmark,
    Job,
    Steps,
    claim_steps,
    control_steps,
    exhibit_steps,
    judge_control,
    judge_result,
    make_job,
)
from repro.engine.records import Store
from repro.spec.models import ClaimSpec, ExhibitSpec, Limits
from repro.spec.suite import Claim, Exhibit, Suite

_PROSE = {"slide", "says", "note", "ledger", "limits", "cost", "controls", "backends"}


def _told(spec: ClaimSpec) -> dict[str, Any]:
    """What of a claim a measurement of it depends on; numbers keep their printed digits."""
    told = spec.model_dump(mode="json", exclude=_PROSE, exclude_none=True)
    told.get("refuted", {}).pop("because", None)
    return told


@dataclass(frozen=True)
class Work:
    """Something to measure: its record's name, the fingerprint that the record must have, and the job that makes it."""

    name: str
    cost: str
    fingerprint: dict[str, Any]
    packages: tuple[str, ...]
    job: Callable[[Bookmark], Job]
    verdict: Callable[[dict[str, Any]], dict[str, Any] | None]


class Session:
    """The suite of a project together with a user's own records and the published ones."""

    def __init__(self, config: Config, suite: Suite) -> None:
        self.config = config
        self.suite = suite
        self.store = Store(config.records)
        self.published = Store(config.published)
        self.unfinished = Store(config.work / "unfinished")
        self.sources = Sources(config.root)
        self._reached: dict[frozenset[str], str] = {}

    def claim_work(self, claim: Claim, backend: str) -> Work:
        """Measuring a claim on one backend."""
        spec = claim.spec
        functions = {spec.measure} | ({spec.refuted.confirm} if spec.refuted else set())
        return self._work(
            f"{claim.id}--{backend}",
            spec,
            {**_told(spec), "backend": backend},
            functions,
            backend,
            lambda bookmark: claim_steps(claim, backend, self.suite.error_per_comparison, bookmark),
            lambda result: judge_result(claim, result, self.suite.error_per_comparison).to_dict(),
        )

    def control_work(self, claim: Claim, name: str) -> Work:
        """Measuring one control of a claim, on the claim's first backend."""
        spec, control, backend = claim.spec, claim.spec.controls[name], claim.backends[0]
        return self._work(
            f"{claim.id}--control-{name}",
            spec,
            {**_told(spec), "control": control.model_dump(mode="json", exclude={"models"}), "backend": backend},
            {control.measure or spec.measure},
            backend,
            lambda bookmark: control_steps(claim, name, self.suite.error_per_comparison, bookmark),
            lambda result: dict(
                zip(
                    ("state", "reason"),
                    judge_control(claim, result["measured"], self.suite.error_per_comparison)[:2],
                    strict=True,
                )
            ),
        )

    def exhibit_work(self, exhibit: Exhibit) -> Work:
        """Making one exhibit."""
        return self._work(
            f"{exhibit.id}--exhibit",
            exhibit.spec,
            exhibit.spec.model_dump(mode="json", exclude=_PROSE),
            {exhibit.spec.make},
            None,
            lambda bookmark: exhibit_steps(exhibit),
            lambda result: None,
        )

    def _work(
        self,
        name: str,
        spec: ClaimSpec | ExhibitSpec,
        told: dict[str, Any],
        functions: set[str],
        backend: str | None,
        steps: Callable[[Bookmark], Steps],
        verdict: Callable[[dict[str, Any]], dict[str, Any] | None],
    ) -> Work:
        packages = needs.packages(spec.needs, backend)
        seeded = isinstance(spec, ClaimSpec) and spec.seeds is not None
        fingerprint = {
            "claim": digest(told),
            "source": self._reach(frozenset(function.split(":")[0] for function in functions)),
            "data": {
                need: needs.data_digest(need.removeprefix("data:")) for need in spec.needs if need.startswith("data:")
            },
            "environment": environment(packages),
            "error": self.suite.error_per_comparison if seeded else None,  # decides how many seeds were spent
        }
        limits = spec.limits if isinstance(spec, ClaimSpec) else Limits()
        return Work(
            name,
            spec.cost,
            fingerprint,
            packages,
            lambda bookmark: make_job(name, steps(bookmark), spec.cost, spec.needs, backend, limits),
            verdict,
        )

    def _reach(self, modules: frozenset[str]) -> str:
        if modules not in self._reached:
            self._reached[modules] = self.sources.reach(set(modules))
        return self._reached[modules]

    def fresh(self, work: Work) -> dict[str, Any] | None:
        """The user's own record, where it is finished and nothing that it depends on has changed."""
        record = self.store.read(work.name)
        if record is not None and record.get("error") is None and record.get("fingerprint") == work.fingerprint:
            return record
        return None

    def shown(self, work: Work) -> tuple[dict[str, Any] | None, str]:
        """The record to show and where it is from: one's own where it is fresh, then the published one.

        An own record of a measurement that broke is shown as well, as long as it is about the present code.
        """
        own = self.store.read(work.name)
        if own is not None and own.get("fingerprint") == work.fingerprint:
            return own, "yours"
        record = self.published.read(work.name)
        if record is None:
            return None, ""
        current = record.get("fingerprint", {})
        same = all(current.get(part) == work.fingerprint[part] for part in ("claim", "source"))
        if not same and work.cost == "fast":
            return None, ""  # seconds measure it again: a record of other code would only mislead
        return record, "published" if same else "published, of earlier code"

    def provenance(self, packages: tuple[str, ...]) -> dict[str, str]:
        """Where a measurement is made: versions, machine, commit, time."""
        return {
            "repro": __version__,
            **environment(packages),
            "implementation": f"{platform.python_implementation()} {platform.python_version()}",
            "machine": f"{platform.system()} {platform.machine()}",
            "threads": "1",
            "commit": self._commit,
            "measured": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    @property
    def _not_results(self) -> list[str]:
        """A path for git that leaves the results out: a renewed record changes no measurement."""
        results, root = self.config.results, self.config.root
        return [f":(exclude){results.relative_to(root).parts[0]}"] if results.is_relative_to(root) else []

    @cached_property
    def _commit(self) -> str:
        def git(*arguments: str) -> str:
            answer = subprocess.run(
                ["git", "-C", str(self.config.root), *arguments], capture_output=True, text=True, check=True, timeout=20
            )
            return answer.stdout.strip()

        try:
            commit = git("rev-parse", "HEAD")
            return (
                f"{commit} with changes"
                if git("status", "--porcelain", "--untracked-files=no", "--", ".", *self._not_results)
                else commit
            )
        except (OSError, subprocess.SubprocessError):
            return "not under git"
