"""One project, its suite and its records: what is fresh, what has to be measured, and what the records say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from repro.config import Config
from repro.engine import needs
from repro.engine.data import Datasets
from repro.engine.fingerprint import Sources, digest, environment
from repro.engine.jobs import Bookmark, Steps, claim_steps, control_steps, exhibit_steps, make_job, recording_steps
from repro.engine.provenance import commit, provenance
from repro.engine.records import Store
from repro.engine.verdicts import judge_control, judge_result
from repro.engine.work import PROSE, Work, looks_of, told_of
from repro.judging import FIRST_LOOK
from repro.spec.models import ClaimSpec, ExhibitSpec, Limits, RecordingSpec
from repro.spec.suite import Claim, Exhibit, Recording, Suite


class Session:
    """The suite of a project together with a user's own records and the published ones."""

    def __init__(self, config: Config, suite: Suite) -> None:
        self.config = config
        self.suite = suite
        self.store = Store(config.records)
        self.published = Store(config.published)
        self.unfinished = Store(config.work / "unfinished")
        self.sources = Sources(config.root)
        self.datasets = Datasets(config)
        self.afresh: dict[str, list[Any]] = {}  # recordings that were made and not recorded: pytest's
        self.made: dict[str, int] = {}  # of each recording, the seeds that are known to be there
        self.again: dict[str, int] = {}  # the same of one that is made again: older seeds do not count
        self._reached: dict[frozenset[str], str] = {}

    def missing(self, spec: ClaimSpec | ExhibitSpec | RecordingSpec, backend: str | None) -> needs.Missing | None:
        """What it needs and what is not here, or ``None``."""
        return needs.missing(spec.needs, backend, self.datasets)

    def claim_work(self, claim: Claim, backend: str) -> Work:
        """Measuring a claim on one backend."""
        spec = claim.spec
        functions = {spec.measure} | ({spec.refuted.confirm} if spec.refuted else set())
        return self._work(
            f"{claim.id}--{backend}",
            spec,
            self._fingerprint(spec, {**told_of(spec), "backend": backend}, functions, backend, spec.recordings),
            backend,
            lambda bookmark: claim_steps(claim, backend, self.suite.error_per_comparison, bookmark, self.recorded),
            lambda result: judge_result(claim, result, self.suite.error_per_comparison).to_dict(),
            frozenset(spec.recordings.values()),
            looks_of(spec),
        )

    def control_work(self, claim: Claim, name: str) -> Work:
        """Measuring one control of a claim, on the claim's first backend."""
        spec, control, backend = claim.spec, claim.spec.controls[name], claim.backends[0]
        changed = control.model_dump(mode="json", exclude={"models", "recordings"})
        told, reads = {**told_of(spec), "control": changed, "backend": backend}, spec.recordings | control.recordings

        def verdict(result: dict[str, Any]) -> dict[str, Any]:
            state, reason, _ = judge_control(claim, result["measured"], self.suite.error_per_comparison)
            return {"state": state, "reason": reason}

        return self._work(
            f"{claim.id}--control-{name}",
            spec,
            self._fingerprint(spec, told, {control.measure or spec.measure}, backend, reads),
            backend,
            lambda bookmark: control_steps(claim, name, self.suite.error_per_comparison, bookmark, self.recorded),
            verdict,
            frozenset(reads.values()),
            looks_of(spec),
        )

    def exhibit_work(self, exhibit: Exhibit) -> Work:
        """Making one exhibit, of all seeds that there are of what it reads."""
        spec = exhibit.spec
        told = spec.model_dump(mode="json", exclude=PROSE)
        work = self._work(
            f"{exhibit.id}--exhibit",
            spec,
            self._fingerprint(spec, told, {spec.make}, None, spec.recordings),
            None,
            lambda bookmark: exhibit_steps(exhibit, self.recorded),
            lambda result: None,
            frozenset(spec.recordings.values()),
        )
        return replace(work, shows=spec.recordings)

    def recording_work(self, recording: Recording, seed: int) -> Work:
        """Making one seed of a recording. The state that it keeps on the way is found again by the same claim, code and data."""
        name, spec = f"{recording.id}--seed-{seed}", recording.spec
        told = {**spec.model_dump(mode="json", exclude={*PROSE, "seeds"}), "seed": seed}
        fingerprint = self._fingerprint(spec, told, {spec.make}, None, {})
        folder = self.config.work / "checkpoints" / name / digest(fingerprint)[:16]
        return self._work(
            name,
            spec,
            fingerprint,
            None,
            lambda bookmark: recording_steps(recording, seed, folder),
            lambda result: None,
            checkpoint=folder,
        )

    def readable(self, work: Work, seeds: int) -> bool:
        """Whether so many seeds have been made of every recording that it reads, or all of one that has fewer."""
        return all(self.seeds_made(name) >= min(seeds, self.suite.recordings[name].spec.seeds) for name in work.reads)

    def seeds_made(self, name: str) -> int:
        """How many seeds of a recording there are, from seed 0 on without a gap."""
        if name in self.afresh:
            return len(self.afresh[name])
        works, known = self.recording_works(name), self.made.get(name, 0)
        while known < len(works) and self.fresh(works[known]) is not None:
            known += 1
        self.made[name] = known
        return min(known, self.again.get(name, known))

    def broken_recording(self, names: Iterable[str]) -> str | None:
        """What broke the first of these recordings that could not be made, or ``None``."""
        for name in names:
            for seed, work in enumerate(self.recording_works(name)):
                record = self.store.read(work.name)
                if record is not None and record["error"] is not None and record["fingerprint"] == work.fingerprint:
                    return f"the recording {name} broke at seed {seed}: {record['error']}"
        return None

    def recording_works(self, name: str, seeds: int | None = None) -> list[Work]:
        """Making a recording, seed by seed: the first ``seeds`` of them, or all."""
        recording = self.suite.recordings[name]
        most = recording.spec.seeds
        return [self.recording_work(recording, seed) for seed in range(most if seeds is None else min(seeds, most))]

    def recorded(self, name: str) -> list[Any]:
        """What a recording holds, one entry a seed, as far as it has been made; nobody reads its times."""
        made = self.afresh.get(name)
        if made is None:
            records = [self.fresh(work) for work in self.recording_works(name, self.seeds_made(name))]
            made = [record["result"]["data"] for record in records if record is not None]
        return [self.suite.recordings[name].spec.untimed(one) for one in made]

    def _fingerprint(
        self,
        spec: ClaimSpec | ExhibitSpec | RecordingSpec,
        told: dict[str, Any],
        functions: set[str],
        backend: str | None,
        reads: dict[str, str],
    ) -> dict[str, Any]:
        seeded = isinstance(spec, ClaimSpec) and spec.seeds is not None
        fingerprint = {
            "claim": digest(told),
            "source": self._reach(frozenset(function.split(":")[0] for function in functions)),
            "data": self.datasets.digests(spec.needs),
            "environment": environment(needs.packages(spec.needs, backend)),
            "error": self.suite.error_per_comparison if seeded else None,  # decides how many seeds were spent
        }
        if reads:
            fingerprint["recordings"] = {argument: self._recording_digest(name) for argument, name in reads.items()}
        return fingerprint

    def _work(
        self,
        name: str,
        spec: ClaimSpec | ExhibitSpec | RecordingSpec,
        fingerprint: dict[str, Any],
        backend: str | None,
        steps: Callable[[Bookmark], Steps],
        verdict: Callable[[dict[str, Any]], dict[str, Any] | None],
        reads: frozenset[str] = frozenset(),
        looks: tuple[int, ...] = (FIRST_LOOK,),
        checkpoint: Path | None = None,
    ) -> Work:
        limits = Limits() if isinstance(spec, ExhibitSpec) else spec.limits
        return Work(
            name,
            spec.cost,
            fingerprint,
            needs.packages(spec.needs, backend),
            lambda bookmark: make_job(name, steps(bookmark), spec.cost, spec.needs, backend, limits),
            verdict,
            reads,
            looks,
            checkpoint=checkpoint,
        )

    def _recording_digest(self, name: str) -> str:
        """Of its first seed: the others differ in nothing else."""
        return digest(self.recording_work(self.suite.recordings[name], 0).fingerprint)

    def _reach(self, modules: frozenset[str]) -> str:
        if modules not in self._reached:
            self._reached[modules] = self.sources.reach(set(modules))
        return self._reached[modules]

    def fresh(self, work: Work) -> dict[str, Any] | None:
        """The user's own record, where it is finished and nothing that it depends on has changed.

        Of a recording, which takes long, the published one serves as well.
        """
        for store in (self.store, self.published) if work.checkpoint is not None else (self.store,):
            record = store.read(work.name)
            if record is None or record.get("error") is not None or record.get("fingerprint") != work.fingerprint:
                continue
            if work.shows and record["result"].get("read") != self._made_of(work.shows):
                continue
            return record
        return None

    def _made_of(self, recordings: Mapping[str, str]) -> dict[str, int]:
        return {argument: self.seeds_made(name) for argument, name in recordings.items()}

    def begun(self, work: Work) -> dict[str, Any] | None:
        """The undecided look that the user's own measurement of the present code has come to, where it is not finished."""
        record = self.unfinished.read(work.name)
        return record if record is not None and record["fingerprint"] == work.fingerprint else None

    def shown(self, work: Work) -> tuple[dict[str, Any] | None, str]:
        """The record to show and where it is from: one's own where it is fresh, then what is undecided, then the published one.

        An own record of a measurement that broke is shown as well, as long as it is about the present code.
        """
        own = self.store.read(work.name)
        if own is not None and own.get("fingerprint") == work.fingerprint:
            return own, "yours"
        if (begun := self.begun(work)) is not None:
            return begun, "yours"
        record = self.published.read(work.name)
        if record is None:
            return None, ""
        current = record.get("fingerprint", {})
        same = all(current.get(part) == work.fingerprint.get(part) for part in ("claim", "source", "recordings"))
        if not same and work.cost == "fast":
            return None, ""  # seconds measure it again: a record of other code would only mislead
        return record, "published" if same else "published, of earlier code"

    def provenance(self, packages: tuple[str, ...]) -> dict[str, str]:
        """Where a measurement is made: versions, machine, commit, time."""
        return provenance(packages, self._commit)

    @cached_property
    def _commit(self) -> str:
        return commit(self.config.root, self.config.results)
