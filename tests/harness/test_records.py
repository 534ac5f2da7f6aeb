"""Damaged, foreign and missing records; full, broken and read-only disks. Nothing false is shown and nothing good is lost."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repro.engine import records
from repro.engine.fingerprint import canonical, digest
from repro.engine.records import Store, check_record, locked, only_one
from repro.errors import Busy, Corrupt, StoreProblem

NAME = "twice_two_is_four--numpy"
CONTENT: dict[str, Any] = {
    "result": {"measured": 4, "seeds": 0},
    "error": None,
    "verdict": None,
    "seconds": 0.5,
    "fingerprint": {"claim": "c"},
    "provenance": {"python": "3"},
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one good record."""
    made = Store(tmp_path / "work" / "records")
    made.write(NAME, CONTENT)
    return made


def path_of(store: Store, name: str = NAME) -> Path:
    """The file of a record."""
    return store.folder / f"{name}.json"


def signed(**changes: Any) -> bytes:
    """A record with changes and the digest that fits them."""
    body = {"schema": 1, "name": NAME, **CONTENT, **changes}
    return canonical({**body, "digest": digest(body)}).encode()


def test_a_record_comes_back_as_it_was_written(store: Store) -> None:
    """Reading gives the content, the schema and the name; the file ends with a newline and is canonical JSON."""
    assert store.read(NAME) == {"schema": 1, "name": NAME, **CONTENT}
    text = path_of(store).read_text()
    assert text == canonical(json.loads(text)) + "\n"
    assert store.names() == [NAME]
    assert store.verify() == []


def test_every_flipped_byte_is_found(store: Store) -> None:
    """No single damaged byte, wherever it is, is believed; only the final newline carries nothing."""
    path = path_of(store)
    whole = path.read_bytes()
    for position in range(len(whole) - 1):
        damaged = bytearray(whole)
        damaged[position] ^= 0x01
        path.write_bytes(damaged)
        with pytest.raises(Corrupt):
            check_record(path, NAME)


@pytest.mark.parametrize("length", [0, 1, 100, -2])
def test_a_truncated_record_is_set_aside(store: Store, length: int) -> None:
    """It is no longer part of anything, and lies in quarantine."""
    path = path_of(store)
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    assert store.read(NAME) is None
    assert not path.exists()
    (aside,) = (store.folder.parent / "quarantine").iterdir()
    assert aside.read_bytes() == whole[:length]
    assert len(store.quarantined) == 1
    assert str(path) in store.quarantined[0]


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"null",
        b"4",
        b'"text"',
        b"{}",
        b'{"digest": 1}',
        b'{"digest": "x", "value": NaN}',
        b'{"digest": "x", "value": 1e999}',
        b'{"digest": "x", "value": ' + b"1" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff\xfe\x00",
        b"\x80\x04K\x04.",
        signed()[:-1] + b',"more":1}',
        signed(schema=0),
        signed(schema="1"),
        signed(name="another"),
        signed(name=None),
        signed(result=None),
        signed(result={}),
        signed(result={"measured": 4}),
        signed(result={"measured": 4, "seeds": "many"}),
        signed(result={"measured": 4, "seeds": True}),
        signed(error=5),
        signed(seconds="long"),
        signed(seconds=-1.0),
        signed(fingerprint=None),
        signed(provenance={"python": 3}),
    ],
    ids=range(28),
)
def test_what_is_no_whole_record_is_refused(store: Store, content: bytes) -> None:
    """Other JSON, non-finite numbers, deep nesting, pickles, other names and schemas, missing parts: all `Corrupt`."""
    path_of(store).write_bytes(content)
    assert len(store.verify()) == 1
    assert store.read(NAME) is None
    assert len(store.quarantined) == 1


@given(st.binary(max_size=300))
def test_no_bytes_are_a_record(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Arbitrary bytes raise `Corrupt` and nothing else."""
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(content)
    with pytest.raises(Corrupt):
        check_record(path, "any")


def test_only_plain_files_are_read(store: Store, tmp_path: Path) -> None:
    """A link, a folder, a FIFO and a huge file in a record's place are set aside without being followed or waited for."""
    path = path_of(store)
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(elsewhere)
    assert store.read(NAME) is None
    assert elsewhere.exists()
    path.mkdir()
    assert store.read(NAME) is None
    os.mkfifo(path)
    assert store.read(NAME) is None
    with path.open("wb") as file:
        file.truncate(records.MAX_BYTES + 1)
    assert store.read(NAME) is None
    assert len(store.quarantined) == 2  # "is a link" and "is no regular file": each said once
    store.write(NAME, CONTENT)
    assert store.read(NAME) is not None


def test_a_record_that_cannot_be_opened_now_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many open files is no damage: the record is neither used nor moved, and the reason is said."""

    def full(*_: object) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", full)
        with pytest.raises(StoreProblem, match="Too many open files"):
            store.read(NAME)
    assert store.read(NAME) is not None


def failing_at(number: int, code: int, calls: list[str]) -> Callable[[str, Any], Any]:
    """Wrap a function so that the call with this number, over all that are wrapped, fails with an error code."""

    def wrap(name: str, real: Any) -> Any:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            calls.append(name)
            if len(calls) == number:
                raise OSError(code, os.strerror(code))
            return real(*arguments, **options)

        return wrapped

    return wrap


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE, errno.EROFS])
def test_whichever_file_operation_fails_a_record_is_whole_or_absent(
    store: Store, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """The n-th operation of writing fails, for every n: one error with path and reason, old records intact, nothing half."""
    before = path_of(store).read_bytes()
    for number in range(1, 30):
        calls: list[str] = []
        wrap = failing_at(number, code, calls)
        with monkeypatch.context() as patch:
            for owner, name in [(os, "replace"), (os, "fsync"), (os, "open"), (Path, "open"), (Path, "mkdir")]:
                patch.setattr(owner, name, wrap(name, getattr(owner, name)))
            try:
                store.write("another--numpy", CONTENT)
            except StoreProblem as error:
                assert os.strerror(code) in str(error)
                assert "another--numpy.json" in str(error)
            else:
                assert number > len(calls) >= 6, calls
                break
        assert path_of(store).read_bytes() == before
        assert not list(store.folder.glob(".tmp*"))
        assert store.verify() == []
        path_of(store, "another--numpy").unlink(missing_ok=True)
    else:
        pytest.fail("the loop never got through")
    assert store.read("another--numpy") is not None


def test_a_short_write_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the middle of a file: the temporary file is gone, the old record is still there."""
    before = path_of(store).read_bytes()
    real = Path.open

    def half(self: Path, *arguments: Any, **options: Any) -> Any:
        file = real(self, *arguments, **options)
        write = file.write

        def fail(text: str) -> int:
            write(text[:50])
            file.flush()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        file.write = fail
        return file

    monkeypatch.setattr(Path, "open", half)
    with pytest.raises(StoreProblem, match="No space left"):
        store.write(NAME, {**CONTENT, "seconds": 9.0})
    assert path_of(store).read_bytes() == before
    assert not list(store.folder.glob(".tmp*"))


def test_what_a_killed_writer_left_is_overwritten(store: Store) -> None:
    """Half a temporary file is neither a record nor in the way of the next one."""
    (store.folder / f".tmp-{NAME}").write_text("half")
    assert store.names() == [NAME]
    store.write(NAME, CONTENT)
    assert [path.name for path in store.folder.iterdir()] == [f"{NAME}.json"]


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    """The second is told so at once, and a lock file without a holder is no lock."""
    with (
        locked(tmp_path, "a--numpy") as first,
        locked(tmp_path, "a--numpy") as second,
        locked(tmp_path, "b--numpy") as other,
    ):
        assert (first, second, other) == (True, False, True)
    with locked(tmp_path, "a--numpy") as again:
        assert again
    with only_one(tmp_path, "report"), pytest.raises(Busy), only_one(tmp_path, "report"):
        pytest.fail("two at once")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the work folder should be: said once, with its path, before anything is measured."""
    (tmp_path / "work").write_text("in the way")
    store = Store(tmp_path / "work" / "records")
    for act in (store.require_writable, lambda: store.write(NAME, CONTENT), lambda: store.claimed(NAME).__enter__()):
        with pytest.raises(StoreProblem, match=str(tmp_path / "work")):
            act()
    assert store.read(NAME) is None
    assert store.names() == []


# the same through the command line


def test_a_damaged_record_is_measured_again_with_a_warning(project: Any) -> None:
    """`check` says 4 and names the file; `run` says it once, measures again and is right; then `check` is content."""
    assert project.run("run").code == 0
    (record,) = project.records.glob("*.json")
    record.write_bytes(record.read_bytes().replace(b'"measured":4', b'"measured":5'))
    check = project.run("check")
    assert check.code == 4
    assert str(record) in check.err
    again = project.run("run", "--json")
    assert (again.code, again.rows[0]["measured"]) == (0, "4")
    assert again.err.count("its digest does not match") == 1
    assert project.run("check").code == 0


def test_a_consistent_forgery_is_judged_like_any_value(project: Any, capsys: Any) -> None:
    """Edited by hand with a fitting digest, a wrong value is refuted, and nonsense is an error: neither is a pass."""
    assert project.here("run", capture=capsys).code == 0
    (path,) = project.records.glob("*.json")
    body = json.loads(path.read_bytes())
    body.pop("digest")
    for measured, outcome in [
        (5, "refuted"),
        ("four", "error"),
        ([], "error"),
        ({"a": [None]}, "error"),
        (None, "error"),
    ]:
        forged = {**body, "result": {"measured": measured, "seeds": 0}}
        path.write_text(canonical({**forged, "digest": digest(forged)}))
        done = project.here("run", "--json", capture=capsys)
        assert done.rows[0]["outcome"] == outcome
        assert done.code == {"refuted": 1, "error": 3}[outcome]


def test_ledger_and_report_name_damaged_records_too(project: Any, capsys: Any) -> None:
    """They show `not run` instead, and say which file was set aside."""
    project.write("specs/ledger.csv", "row,document,slide,statement,printed,kind,how,needs\nC-1,doc,A,x,4,value,run,\n")
    project.claims(project.claim(ledger="['C-1']"))
    for command in (["ledger", "--json"], ["report"]):
        assert project.here("run", capture=capsys).code == 0
        (record,) = project.records.glob("*.json")
        record.write_text("{}")
        done = project.here(*command, capture=capsys)
        assert done.code == 0
        assert str(record) in done.err
        if command[0] == "ledger":
            assert done.rows == [
                {"row": "C-1", "state": "bound", "claims": ["twice_two_is_four"], "outcome": "not run"}
            ]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_whichever_file_operation_of_a_run_fails_it_is_said_once(
    project: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """The n-th operation of `repro run` fails, for every n: one message, exit 2 or 3, the earlier record as it was."""
    project.claims(project.claim("earlier"))
    assert project.here("run", capture=capsys).code == 0
    (earlier,) = project.records.glob("*.json")
    before = earlier.read_bytes()
    project.claims(project.claim("earlier"), project.claim("later"))
    owners = [(os, "replace"), (os, "fsync"), (os, "open"), (os, "pipe"), (Path, "open"), (Path, "mkdir")]
    for number in range(1, 100):
        calls: list[str] = []
        wrap = failing_at(number, code, calls)
        with monkeypatch.context() as patch:
            for owner, name in owners:
                patch.setattr(owner, name, wrap(name, getattr(owner, name)))
            done = project.here("run", capture=capsys)
        assert earlier.read_bytes() == before
        assert Store(project.records).verify() == []
        later = project.records / "later--numpy.json"
        if done.code == 0:  # nothing failed, or nothing that matters (asking git for the commit)
            assert later.exists()
        else:
            assert done.code in (2, 3), done.err
            assert len(done.err.splitlines()) == 1, done.err
            assert os.strerror(code) in done.err
        if len(calls) < number:
            break
        later.unlink(missing_ok=True)
    assert number > 15, calls


@pytest.mark.parametrize("where", ["tool", "records", "locks"])
def test_a_file_in_place_of_a_folder_is_said_once(project: Any, where: str) -> None:
    """Exit 3, one line, the path; no traceback."""
    path = project.root / ".repro" / ("" if where == "tool" else where)
    path.parent.mkdir(exist_ok=True)
    path.write_text("in the way")
    done = project.run("run")
    assert done.code == 3
    assert len(done.err.splitlines()) == 1
    assert str(path) in done.err


def test_a_disk_that_fills_up_keeps_what_is_finished(project: Any) -> None:
    """A real file system of 128 KiB: the run stops with exit 3 and `No space left`; after cleaning up it goes on."""
    work = project.root / ".repro"
    work.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(work)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        project.experiment("def big(x=1, sign=1):\n    return 'x' * (20_000 + x * sign)\n")
        project.claims(
            *(project.claim(f"claim_{k}", measure="'experiments:big'", args=f"{{ x = {k} }}") for k in range(12))
        )
        done = project.run("run")
        assert done.code == 3
        assert done.err.count("No space left") == 1
        assert "Traceback" not in done.err
        kept = sorted(project.records.glob("*.json"))
        assert 1 <= len(kept) < 12
        assert Store(project.records).verify() == []
        assert not list(project.records.glob(".tmp*"))
        subprocess.run(["mount", "-o", "remount,size=4m", str(work)], check=True)
        project.run("run")
        assert len(list(project.records.glob("*.json"))) == 12
    finally:
        subprocess.run(["umount", str(work)], check=False)


def test_a_read_only_file_system_is_refused_before_anything_is_measured(project: Any) -> None:
    """Exit 3 and the path at once."""
    work = project.root / ".repro"
    work.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(work)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        project.experiment("def touches(sign=1):\n    open(__file__ + '.log', 'w').close()\n    return 4 * sign\n")
        project.claims(project.claim(measure="'experiments:touches'"))
        done = project.run("run")
        assert done.code == 3
        assert "Read-only file system" in done.err
        assert not list(project.root.glob("*.log"))
    finally:
        subprocess.run(["umount", str(work)], check=False)


def test_a_work_folder_elsewhere_serves_as_well(project: Any) -> None:
    """`[tool.repro] work` moves everything that a run writes."""
    project.write("pyproject.toml", "[tool.repro]\nwork = 'other place/é'\n")
    assert project.run("run").code == 0
    assert len(list((project.root / "other place" / "é" / "records").glob("*.json"))) == 1
    assert not (project.root / ".repro").exists()
