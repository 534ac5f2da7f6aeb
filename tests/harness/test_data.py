"""Claims that need data: not run without them, with the one command; stale with others; and `repro data` itself."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from repro.config import find_config
from repro.engine.data import Datasets
from repro.errors import UsageProblem

ROOT = Path(__file__).parents[2]
FIELDS = ["name", "what", "bytes", "state", "where", "licence", "source"]

# What a project's module has to have; `digits` is here once a file of that name is, whatever it holds is its digest.
SHELF = '''\
"""Datasets of a project."""
from pathlib import Path

PLACE = Path(__file__).with_name("digits.bin")


class DataProblem(Exception):
    """Told."""


def rows():
    state = "here" if PLACE.exists() else "missing"
    common = {"bytes": 1_500_000, "licence": "ours", "source": "here"}
    return [
        {"name": "digits", "what": "all of them", "state": state, "where": "repro data fetch digits", **common},
        {"name": "letters", "what": "none", "state": "missing", "where": "supply them", **common},
    ]


def missing(name):
    if name != "digits":
        return f"supply {name}"
    return None if PLACE.exists() else "repro data fetch digits"


def digest(name):
    if name != "digits":
        raise DataProblem("unknown")
    return PLACE.with_name("digest").read_text()


def fetch(name, into, step):
    if name != "digits":
        raise DataProblem("letters cannot be fetched:\\n  it is a secret")
    step("digits.bin", 1, 2)
    place = (into or PLACE.parent) / PLACE.name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("right")
    return str(place.parent)


def check(name):
    if name != "digits" or not PLACE.exists():
        raise DataProblem(f"{name} is not here")
    return [] if PLACE.read_text() == "right" else ["digits.bin is not the published one"]
'''


@pytest.fixture
def shelf(project: Any, request: Any, monkeypatch: Any) -> Any:
    """The small project, with a module of datasets and a claim that needs one of them."""
    name = f"shelf_{abs(hash(request.node.nodeid))}"  # modules of other tests stay imported
    project.write(f"{name}.py", SHELF)
    project.write("digest", "one")
    project.write("pyproject.toml", f"[tool.repro]\ndatasets = '{name}'\n")
    project.claims(project.claim(needs="['data:digits']"))
    monkeypatch.delenv("REPRO_DATA", raising=False)
    return project


def test_a_claim_without_its_data_is_not_run_and_says_the_one_command(shelf: Any, capsys: Any) -> None:
    """In the run, in the controls and in the report's reason; after that command it runs."""
    done = shelf.here("run", "--json", capture=capsys)
    assert (done.code, done.rows[0]["outcome"]) == (0, "not run")
    assert done.rows[0]["reason"] == "needs the dataset digits: repro data fetch digits"
    assert shelf.here("controls", "--json", capture=capsys).rows[0]["state"] == "not applicable"
    assert shelf.here("data", "fetch", "digits", capture=capsys).code == 0
    done = shelf.here("run", "--json", capture=capsys)
    assert (done.code, done.rows[0]["outcome"]) == (0, "reproduced")


def test_the_record_carries_the_digest_and_other_data_make_it_stale(shelf: Any, capsys: Any) -> None:
    """The module's digest, as it is; the same digest measures nothing again."""
    shelf.write("digits.bin", "right")
    assert shelf.here("run", capture=capsys).code == 0
    (path,) = shelf.records.glob("*.json")
    first = path.stat().st_mtime_ns
    assert json.loads(path.read_text())["fingerprint"]["data"] == {"data:digits": "one"}
    shelf.here("run", capture=capsys)
    assert path.stat().st_mtime_ns == first
    shelf.write("digest", "two")
    shelf.here("run", capture=capsys)
    assert path.stat().st_mtime_ns != first
    assert json.loads(path.read_text())["fingerprint"]["data"] == {"data:digits": "two"}


def test_a_record_outlives_the_data_that_it_came_from(shelf: Any, capsys: Any) -> None:
    """The digest is known without the data, so what was measured stays fresh and shown after they are gone."""
    data = shelf.write("digits.bin", "right")
    shelf.here("run", capture=capsys)
    data.unlink()
    assert shelf.here("run", "--json", capture=capsys).rows[0]["outcome"] == "reproduced"


def test_a_dataset_that_nobody_could_have_is_a_broken_specification(shelf: Any, capsys: Any) -> None:
    """`repro check` names the claim, the dataset and all there are; a run of it is not run."""
    shelf.claims(shelf.claim(needs="['data:digist']"))
    done = shelf.here("check", capture=capsys)
    assert done.code == 2
    assert "twice_two_is_four.needs: there is no dataset digist; there are: digits, letters" in done.err
    assert shelf.here("run", "--json", capture=capsys).rows[0]["reason"].endswith("supply digist")


def test_the_list(shelf: Any, capsys: Any) -> None:
    """One row a dataset; for people the size in megabytes and what to do; the suite need not be valid for it."""
    shelf.write("specs/doc/section.toml", "broken")
    done = shelf.here("data", "--json", capture=capsys)
    assert (
        done.code == 0
        and [list(row) for row in done.rows] == [["name", "what", "state", "where", "bytes", "licence", "source"]] * 2
    )
    done = shelf.here("data", capture=capsys)
    assert done.out.splitlines()[0].split("\t") == [
        "digits", "missing", "1.5 MB", "all of them", "ours", "repro data fetch digits",
    ]  # fmt: skip


def test_fetch_goes_on_after_a_failure_and_says_what_failed(shelf: Any, capsys: Any) -> None:
    """Exit code 3; what could be fetched is here; with --json one row for each name, once."""
    done = shelf.here("data", "fetch", "letters", "digits", "digits", "--json", capture=capsys)
    assert done.code == 3
    assert [(row["name"], row["state"]) for row in done.rows] == [("letters", "failed"), ("digits", "here")]
    assert "it is a secret" in done.err and (shelf.root / "digits.bin").exists()


def test_fetch_into_a_folder_says_how_it_is_found(shelf: Any, capsys: Any) -> None:
    """The variable to set, with the folder in full."""
    done = shelf.here("data", "fetch", "digits", "--into", str(shelf.root / "mine"), capture=capsys)
    assert done.code == 0 and (shelf.root / "mine" / "digits.bin").exists()
    assert f"where REPRO_DATA is set to {shelf.root / 'mine'}" in done.err


@pytest.mark.parametrize(
    ("content", "names", "code", "state"),
    [
        ("right", ["digits"], 0, "whole"),
        ("wrong", ["digits"], 4, "damaged"),
        (None, ["digits"], 1, "missing"),
        ("right", [], 0, "whole"),
        ("wrong", [], 4, "damaged"),
    ],
)
def test_check_reads_everything(
    shelf: Any, capsys: Any, content: str | None, names: list[str], code: int, state: str
) -> None:
    """0 whole, 4 damaged, 1 missing; without names all that are here."""
    if content is not None:
        shelf.write("digits.bin", content)
    done = shelf.here("data", "check", *names, "--json", capture=capsys)
    assert done.code == code
    assert [(row["name"], row["state"]) for row in done.rows] == [("digits", state)]


@pytest.mark.parametrize("command", ["fetch", "check"])
def test_an_unknown_name_is_a_usage_error(shelf: Any, capsys: Any, command: str) -> None:
    """Before anything is fetched or read."""
    done = shelf.here("data", command, "digits", "digist", capture=capsys)
    assert (done.code, done.out) == (2, "")
    assert "there is no dataset digist; there are: digits, letters" in done.err
    assert not (shelf.root / "digits.bin").exists()


def test_a_project_without_a_module_has_folders(project: Any, capsys: Any, monkeypatch: Any) -> None:
    """`repro data` says so; a claim finds the folder below REPRO_DATA as before, and no name is unknown."""
    done = project.here("data", capture=capsys)
    assert done.code == 2 and "names no module" in done.err and "below REPRO_DATA" in done.err
    datasets = Datasets(find_config(project.root))
    monkeypatch.setenv("REPRO_DATA", str(project.root))
    assert (datasets.missing("specs"), datasets.unknown("anything")) == (None, None)
    assert datasets.missing("nothing") == "set REPRO_DATA to a folder that holds nothing/"
    assert datasets.digest("nothing") == "missing"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (None, "cannot be imported: ModuleNotFoundError"),
        ("def f(:", "cannot be imported: SyntaxError"),
        ("raise SystemError('no')", "cannot be imported: SystemError"),
        ("def rows(): ...\ndef missing(name): ...", "has no DataProblem, digest, fetch, check"),
    ],
    ids=["absent", "syntax", "raises", "incomplete"],
)
def test_a_module_that_cannot_be_used_is_a_usage_error(
    project: Any, capsys: Any, request: Any, source: str | None, told: str
) -> None:
    """With its name and what is wrong; commands that need no data go on."""
    name = f"broken_shelf_{request.node.callspec.id}"
    if source is not None:
        project.write(f"{name}.py", source)
    project.write("pyproject.toml", f"[tool.repro]\ndatasets = '{name}'\n")
    assert project.here("run", capture=capsys).code == 0
    done = project.here("data", capture=capsys)
    assert done.code == 2 and f"[tool.repro] datasets: {name} {told}" in done.err


@pytest.mark.parametrize("value", ["3", "''", "'a b'", "'a:b'", "'../x'", "['a']"])
def test_the_setting_is_a_dotted_name(project: Any, value: str) -> None:
    """Anything else is refused with the key."""
    project.write("pyproject.toml", f"[tool.repro]\ndatasets = {value}\n")
    with pytest.raises(UsageProblem, match="datasets must be a module's dotted name"):
        find_config(project.root)


def test_this_project_s_own_module_is_complete(monkeypatch: Any, tmp_path: Path) -> None:
    """The one that pyproject.toml names, with the rows that `repro data --json` promises."""
    monkeypatch.setenv("REPRO_CACHE", str(tmp_path))
    monkeypatch.delenv("REPRO_DATA", raising=False)
    datasets = Datasets(find_config(ROOT))
    assert datasets.catalogue is not None
    assert all(sorted(row) == sorted(FIELDS) for row in datasets.catalogue.rows())
    assert (datasets.missing("mnist"), datasets.missing("glyphs")) == ("repro data fetch mnist", None)
    assert len(datasets.digest("mnist")) == 64 and datasets.digest("nonesuch") == "missing"


def test_a_list_of_claims_with_data_reads_none_of_them(tmp_path: Path) -> None:
    """Fingerprints of this project's sets are known without numpy, pooch, requests or a hash of any file of data."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom repro.config import find_config\nfrom repro.engine.data import Datasets\n"
        f"datasets = Datasets(find_config(Path({str(ROOT)!r})))\n"
        "[datasets.digest(name) for name in ('mnist', 'cifar10', 'svhn')]\n"
        "heavy = {'numpy', 'pooch', 'requests', 'scipy', 'matplotlib', 'PIL'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_progress_is_shown_at_a_terminal_and_nowhere_else(shelf: Any) -> None:
    """A bar with the file's name on standard error where that is a terminal; in a pipe not a word."""
    done = shelf.run("data", "fetch", "digits")
    assert (done.code, done.err) == (0, "")
    master, slave = pty.openpty()
    process = shelf.start("data", "fetch", "digits", stderr=slave)
    os.close(slave)
    told = b""
    with contextlib.suppress(OSError):  # what reading raises once the other side is closed
        while chunk := os.read(master, 65536):
            told += chunk
    os.close(master)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and b"digits.bin" in told
    assert out == f"digits\there\t{shelf.root}\n"
