"""Keeping what earlier code has recorded, where two seeds made again show that the present code records the same.

A recording is as stale as any module that it can reach, and some take a processor for days. A change that is meant to leave results alone
can be put to the test: of the seeds that one earlier source has made, with the same arguments, data and packages, the first and the last
are made again. Come out both the same to the last bit, times aside, then the others are kept under the present fingerprint, and each
says so in its provenance. Else nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from repro.engine.records import Store
from repro.engine.session import Session
from repro.engine.work import Work


@dataclass(frozen=True, slots=True)
class Earlier:
    """The seeds of a recording that one earlier source has made: what would make each now, and the record that there is."""

    recording: str
    source: str
    seeds: dict[int, tuple[Work, dict[str, Any]]]

    @property
    def witnesses(self) -> list[int]:
        """The seeds that are made again: the first and the last."""
        return sorted({min(self.seeds), max(self.seeds)})


@dataclass(frozen=True, slots=True)
class Renewal:
    """What came of it: ``renewed``, ``differs`` or ``broke``; the seeds made again, how many were kept, and what was different."""

    recording: str
    state: str
    witnesses: tuple[int, ...]
    kept: int
    reason: str = ""


def earlier(session: Session, name: str) -> list[Earlier]:
    """What earlier code has recorded and the present code has not, by source; as a rule there is one or none."""
    stores = (_aside(session), session.store, session.published)
    found: dict[str, Earlier] = {}
    stale = set()
    for seed, work in enumerate(session.recording_works(name)):
        records = (store.read(work.name) for store in stores)
        record = next((one for one in records if one is not None and _other_source_alone(one, work)), None)
        if record is not None:
            source = record["fingerprint"]["source"]
            found.setdefault(source, Earlier(name, source, {})).seeds[seed] = (work, record)
            if session.fresh(work) is None:
                stale.add(source)
    return [group for source, group in found.items() if source in stale]


def to_make_again(session: Session, groups: Iterable[Earlier]) -> list[Work]:
    """The witnesses that the present code has not made yet; what they said before is put aside, so that an interruption loses nothing."""
    works = []
    for group in groups:
        for seed in group.witnesses:
            work, record = group.seeds[seed]
            if session.fresh(work) is None:
                _aside(session).put(record)
                works.append(work)
    return works


def renew(session: Session, group: Earlier) -> Renewal:
    """Compare the witnesses, and keep the other seeds where they say the same."""
    spec, witnesses = session.suite.recordings[group.recording].spec, tuple(group.witnesses)
    for seed in witnesses:
        work, before = group.seeds[seed]
        now = session.fresh(work)
        if now is None:
            return Renewal(group.recording, "broke", witnesses, 0, f"seed {seed} could not be made again")
        old, new = (spec.untimed(record["result"]["data"]) for record in (before, now))
        if (why := difference(old, new)) is not None:
            return Renewal(group.recording, "differs", witnesses, 0, f"seed {seed}: {why}")
    now, again = session.provenance(()), " and ".join(map(str, witnesses))
    told = f"{now['measured']} at {now['commit']}: seeds {again}, made again, came out the same"
    kept = sum(_keep(session, work, record, told) for work, record in group.seeds.values())
    for seed in witnesses:
        _aside(session).remove(group.seeds[seed][0].name)
    return Renewal(group.recording, "renewed", witnesses, kept)


def renewed(session: Session, name: str) -> tuple[int, int, str]:
    """How many of a recording's seeds were kept in this way, of how many, and what their records say of it."""
    records = [record for work in session.recording_works(name) if (record := session.fresh(work)) is not None]
    told = [record["provenance"]["renewed"] for record in records if "renewed" in record["provenance"]]
    return len(told), len(records), "; ".join(dict.fromkeys(told))


def difference(old: Any, new: Any, where: str = "") -> str | None:
    """The first place where two recorded values differ, or ``None``. 2 and 2.0 are one number: a list that went through an array has the latter."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        inside = (difference(old[key], new[key], f"{where}.{key}" if where else key) for key in old)
        return next((one for one in inside if one is not None), None)
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        each = (difference(*pair, f"{where}[{index}]") for index, pair in enumerate(zip(old, new, strict=True)))
        return next((one for one in each if one is not None), None)
    if old == new and isinstance(old, bool) is isinstance(new, bool) and not isinstance(old, dict | list):
        return None
    return f"{where or 'the result'} was {_short(old)} and is {_short(new)}"


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "a table of " + ", ".join(sorted(value))
    return f"a list of {len(value)}" if isinstance(value, list) else repr(value)[:60]


def _other_source_alone(record: dict[str, Any], work: Work) -> bool:
    found = record["fingerprint"]
    apart = {part for part in found.keys() | work.fingerprint.keys() if found.get(part) != work.fingerprint.get(part)}
    return record["error"] is None and apart == {"source"}


def _keep(session: Session, work: Work, record: dict[str, Any], told: str) -> bool:
    """Whether this seed's record was kept; not, where there is a fresh one or another process makes one now."""
    with session.store.claimed(work.name) as mine:
        if not mine or session.fresh(work) is not None:
            return False
        before = record["provenance"].get("renewed")
        provenance = {**record["provenance"], "renewed": f"{before}; {told}" if before else told}
        session.store.put({**record, "fingerprint": work.fingerprint, "provenance": provenance})
        return True


def _aside(session: Session) -> Store:
    """Where the earlier records of the witnesses wait for those of the present code; where they differ, they stay and go on to tell it."""
    return Store(session.config.work / "renewing")
