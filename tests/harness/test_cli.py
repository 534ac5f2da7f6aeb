"""The command line: rows, exit codes, refusals, and text that cannot steer a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LEDGER = "row,document,slide,statement,printed,kind,how,needs\n"
REFUTED = "{ kind = 'wrong', because = 'a slip', value = 4, confirm = 'experiments:double' }"

FIELDS = {
    "list": ["id", "document", "section", "slide", "ledger", "cost", "backends", "expected"],
    "run": ["id", "backend", "outcome", "expected", "as_expected", "documented", "measured", "interval", "seeds", "seconds", "reason"],
    "controls": ["claim", "control", "models", "state"],
    "ledger": ["row", "state", "claims", "outcome"],
}  # fmt: skip


# rows


@pytest.mark.parametrize("command", FIELDS)
def test_json_is_one_array_with_the_promised_fields(project: Any, capsys: Any, command: str) -> None:
    """Exactly those fields, in that order, and nothing else on standard output."""
    project.write("specs/ledger.csv", LEDGER + "C-1,doc,A,x,4,value,run,\n")
    done = project.here(command, "--json", capture=capsys)
    assert done.code == 0
    (row,) = done.rows
    assert list(row) == FIELDS[command]


def test_an_empty_answer_is_an_empty_array(project: Any, capsys: Any) -> None:
    """A suite without claims is valid and empty."""
    project.write("specs/doc/section.toml", "schema = 1\nsection = 's'\nposition = 1\n")
    for command in ("list", "run", "controls"):
        done = project.here(command, "--json", capture=capsys)
        assert (done.code, done.rows) == (0, [])


def test_the_rows_of_a_run(project: Any, capsys: Any) -> None:
    """Values, intervals and seeds are those of the claim; a deterministic one has neither interval nor seeds."""
    project.claims(
        project.claim("exact"),
        project.claim("wrong", value="5", refuted=REFUTED),
        project.claim("mean", measure="'experiments:noise'", value="0.5", tolerance="{ abs = 0.4 }", seeds="64",
                      control="{ models = 'shifted', args = { shift = 2.0 } }"),
    )  # fmt: skip
    done = project.here("run", "--json", capture=capsys)
    rows = {row["id"]: row for row in done.rows}
    assert done.code == 0
    assert (rows["exact"]["documented"], rows["exact"]["measured"], rows["exact"]["interval"]) == ("4", "4", None)
    assert (rows["wrong"]["outcome"], rows["wrong"]["as_expected"]) == ("refuted:wrong", True)
    low, high = rows["mean"]["interval"]
    assert low < 0.5 < high
    assert rows["mean"]["seeds"] in (16, 32, 64)
    assert rows["mean"]["seconds"] >= 0


# exit codes


@pytest.mark.parametrize(
    ("changes", "code", "outcome"),
    [
        ({}, 0, "reproduced"),
        ({"value": "5"}, 1, "refuted"),
        ({"value": "5", "refuted": REFUTED}, 0, "refuted:wrong"),
        ({"value": "4", "refuted": REFUTED}, 1, "reproduced"),
        ({"value": "5", "refuted": REFUTED.replace("value = 4", "value = 6")}, 1, "refuted"),
        ({"value": "5", "refuted": REFUTED.replace("'experiments:double'", "'experiments:double', confirm_args = { x = 3 }")}, 1,
         "refuted"),
        ({"needs": "['nonesuch']"}, 0, "not run"),
        ({"needs": "['data:nonesuch']"}, 0, "not run"),
        ({"possible": "[0, 3]"}, 3, "error"),
        ({"measure": "'nowhere:f'"}, 3, "error"),
        ({"measure": "'experiments:noise'", "value": "0.5", "tolerance": "{ abs = 0.001 }", "seeds": "16",
          "control": "{ models = 'shifted', args = { shift = 2.0 } }"}, 1, "inconclusive"),
    ],
)  # fmt: skip
def test_the_exit_code_says_what_came_of_it(project: Any, capsys: Any, changes: Any, code: int, outcome: str) -> None:
    """0 as expected or not run, 1 otherwise, 3 broken; the row says the same."""
    project.claims(project.claim(**changes))
    done = project.here("run", "--json", capture=capsys)
    assert (done.rows[0]["outcome"], done.code) == (outcome, code), done.rows
    assert done.rows[0]["as_expected"] == (outcome == done.rows[0]["expected"])


def test_broken_outranks_unexpected(project: Any, capsys: Any) -> None:
    """One error and one surprise: 3."""
    project.claims(project.claim("a", value="5"), project.claim("b", measure="'nowhere:f'"))
    assert project.here("run", capture=capsys).code == 3


def test_strict_counts_what_could_not_be_run(project: Any, capsys: Any) -> None:
    """`--strict` turns `not run` into exit 1, and the reason names the package and what to do."""
    project.claims(project.claim(needs="['nonesuch']"))
    done = project.here("run", "--strict", "--json", capture=capsys)
    assert done.code == 1
    assert done.rows[0]["reason"] == "needs nonesuch: pip install nonesuch"


def test_a_survivor_fails_the_controls(project: Any, capsys: Any) -> None:
    """A control that the check accepts is named; one that breaks has not been rejected either."""
    project.claims(project.claim("a", control="{ models = 'no change that matters', args = { x = 2, sign = 1 } }"),
                   project.claim("b", control="{ models = 'broken', measure = 'experiments:nothing' }"),
                   project.claim("c"), project.claim("d", needs="['nonesuch']"))  # fmt: skip
    done = project.here("controls", "--json", capture=capsys)
    assert done.code == 1
    assert [row["state"] for row in done.rows] == ["survived", "survived", "killed", "not applicable"]
    text = project.here("controls", capture=capsys)
    assert "the control itself broke" in text.out


def test_exhibits_alone_say_where_they_are_seen(project: Any, capsys: Any) -> None:
    """A run of an exhibit has no verdict to print; beside verdicts the line would be noise."""
    project.write(
        "pictures.py", "def drawn():\n    return {'table': {'columns': ['a'], 'rows': [[1]]}, 'alt': 'one'}\n"
    )
    project.claims(project.claim(), "[exhibits.drawn]\nslide = 'P'\nsays = 'p'\nmake = 'pictures:drawn'\n")
    assert "1 exhibit, which the report shows: repro report" in project.here("run", "drawn", capture=capsys).out
    assert "exhibit" not in project.here("run", capture=capsys).out


def test_a_broken_exhibit_is_told_with_exit_3(project: Any, capsys: Any) -> None:
    """The claims' rows are printed all the same."""
    project.claims(project.claim(), "[exhibits.picture]\nslide = 'P'\nsays = 'p'\nmake = 'experiments:nothing'\n")
    done = project.here("run", "--json", capture=capsys)
    assert done.code == 3
    assert "exhibit picture: " in done.err
    assert done.rows[0]["outcome"] == "reproduced"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"], ["run", "--jobs", "0"], ["run", "--jobs", "many"], ["run", "--cost", "cheap"], ["run", "--backend", "theano"],
        ["run", "no_such_claim"], ["list", "no_such_claim"], ["controls", "x*y"], ["where"], ["where", "nothing"], ["ledger"],
        ["ledger", "--state", "lost"], ["new"], ["new", "document", "../x"], ["new", "section", "doc", "A B"], ["--nonsense"], [],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_2_with_a_reason_and_runs_nothing(project: Any, capsys: Any, arguments: list[str]) -> None:
    """A reason on standard error, nothing on standard output, nothing written."""
    before = sorted(project.root.rglob("*"))
    done = project.here(*arguments, capture=capsys)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert sorted(project.root.rglob("*")) == before


@pytest.mark.parametrize("command", ["list", "run", "controls", "check", "report", "publish", "ledger"])
def test_a_broken_specification_stops_every_command(project: Any, capsys: Any, command: str) -> None:
    """Exit 2, all problems, nothing run."""
    project.write("specs/doc/broken.toml", "schema = 2\n")
    done = project.here(command, capture=capsys)
    assert done.code == 2
    assert done.err.count("specs/doc/broken.toml: ") == 3
    assert not project.records.exists()


def test_outside_any_project(project: Any) -> None:
    """A sentence that says what to do."""
    (project.root / "pyproject.toml").unlink()
    done = project.run("run")
    assert done.code == 2
    assert "repro new project" in done.err


def test_check_finds_names_and_arguments_that_lead_nowhere(project: Any, capsys: Any) -> None:
    """Without running anything: a missing module, a missing function, an argument too many, one too few."""
    project.experiment("def needs_y(x, y): return x")
    project.claims(
        project.claim("good"),
        project.claim("no_module", measure="'nowhere:f'"),
        project.claim("no_function", measure="'experiments:f'"),
        project.claim("too_many", args="{ z = 1 }"),
        project.claim(
            "too_few", measure="'experiments:needs_y'", args="{ x = 1 }", control="{ models = 'm', args = { y = 1 } }"
        ),
        project.claim("outside", measure="'os:getcwd'"),
    )
    done = project.here("check", capture=capsys)
    assert done.code == 2
    for name in ("no_module", "no_function", "too_many", "too_few", "outside"):
        assert f": {name}.measure: " in done.err, name
    assert "good" not in done.err
    assert "needs the argument y" in done.err
    assert "takes no argument z" in done.err


def test_where_names_the_lines(project: Any, capsys: Any) -> None:
    """The line of the claim's header and of the function."""
    project.claims(project.claim("first"), project.claim("second"))
    done = project.here("where", "second", capture=capsys)
    text = (project.root / "specs/doc/section.toml").read_text().splitlines()
    line = text.index("[claims.second]") + 1
    assert f"specs/doc/section.toml:{line}" in done.out
    assert "experiments.py:4" in done.out
    project.write(
        "specs/doc/section.toml",
        project.section(project.claim("third"), "[exhibits.e]\nslide='s'\nsays='s'\nmake='a:b'\n"),
    )
    assert project.here("where", "s", capture=capsys).code == 0  # claims and exhibits


def test_help_says_everything(project: Any, capsys: Any) -> None:
    """Every command and every exit code; each command has its own help."""
    done = project.here("--help", capture=capsys)
    assert done.code == 0
    commands = ("list", "where", "run", "controls", "ledger", "report", "check", "publish", "new")
    for word in (*commands, "75", "130"):
        assert word in done.out
    for command in commands:
        assert project.here(command, "--help", capture=capsys).out.startswith("Usage: repro")


# what is fresh


def test_what_is_fresh_is_not_measured_again(project: Any, capsys: Any) -> None:
    """The second run reads; `--again` measures; a change of the code, of the claim or of what it imports does, too."""
    project.write("helper.py", "FACTOR = 2\n")
    source = "def logged(sign=1):\n    from helper import FACTOR\n    open(__file__ + '.log', 'a').write('x')\n    return FACTOR * 2 * sign\n"
    project.experiment(source)

    def calls() -> int:
        assert project.here("run", *extra, capture=capsys).code in (0, 1)
        log = project.root / "experiments.py.log"
        count = len(log.read_text()) if log.exists() else 0
        log.unlink(missing_ok=True)
        return count

    extra: list[str] = []
    project.claims(project.claim(measure="'experiments:logged'"))
    assert [calls(), calls()] == [1, 0]
    extra = ["--again"]
    assert calls() == 1
    extra = []
    project.claims(project.claim(measure="'experiments:logged'", says="'other words'", note="'prose'"))
    assert calls() == 0
    project.claims(project.claim(measure="'experiments:logged'", value="4.0"))
    assert [calls(), calls()] == [1, 0]
    project.write("helper.py", "FACTOR = 3\n")
    assert [calls(), calls()] == [1, 0]
    project.write("unrelated.py", "X = 1\n")
    assert calls() == 0


def test_published_records_are_shown_where_there_are_no_own(project: Any, capsys: Any) -> None:
    """`publish` copies fresh records; a fresh clone reads them; changed code makes them `not run`, not wrong."""
    project.write("specs/ledger.csv", LEDGER + "C-1,doc,A,x,4,value,run,\n")
    project.claims(project.claim(ledger="['C-1']"))
    assert project.here("run", capture=capsys).code == 0
    assert project.here("publish", capture=capsys).code == 0
    for path in sorted((project.root / ".repro").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    outcome = lambda: project.here("ledger", "--json", capture=capsys).rows[0]["outcome"]
    assert outcome() == "reproduced"
    project.experiment("X = 1\n")
    assert outcome() == "not run"


def test_only_one_publishes_at_a_time(project: Any, capsys: Any) -> None:
    """While another holds the lock: exit 75."""
    from repro.engine.records import locked

    for command in ("publish", "report"):
        with locked(project.root / ".repro", command):
            done = project.here(command, capture=capsys)
        assert done.code == 75
        assert "another process" in done.err


# streams


def many(project: Any, count: int = 3000) -> None:
    """Enough claims that a listing does not fit into a pipe."""
    claims = [project.claim(f"claim_{k}", slide=f"'{'x' * 200}'") for k in range(count)]
    for part in range(0, count, 300):
        project.write(f"specs/doc/section-{part}.toml", project.section(*claims[part : part + 300]))


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_leaves_ends_it_quietly(project: Any, options: list[str]) -> None:
    """As in `repro list | head`: no traceback, no complaint at exit, the exit code of SIGPIPE."""
    many(project, 600)
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)  # so that the writer has to wait for the reader
    process = project.start("list", *options, stdout=write_end)
    os.close(write_end)
    assert os.read(read_end, 1)
    os.close(read_end)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (128 + signal.SIGPIPE, "")


@pytest.mark.parametrize("command", [["list", "--json"], ["run"], ["--help"]], ids=" ".join)
def test_a_closed_or_full_output_is_no_traceback(project: Any, command: list[str]) -> None:
    """`>&-` is silent; `/dev/full` is said with exit 3."""
    words = " ".join([sys.executable, "-m", "repro", *command])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}  # what is left is written at the end

    def shell(redirection: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", f"{words} {redirection}"],
            cwd=project.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    closed = shell(">&-")
    assert (closed.returncode, closed.stderr) == (0, "")
    assert shell("<&-").returncode == 0
    assert shell(">&- 2>&- <&-").returncode == 0
    full = shell("> /dev/full")
    assert full.returncode == 3
    assert "No space left" in full.stderr
    assert "Traceback" not in full.stderr
    assert "Exception ignored" not in full.stderr


def test_a_terminal_without_unicode_gets_escapes(project: Any) -> None:
    """With a poor encoding the words are poor but whole, and the exit code is right."""
    project.claims(project.claim(says="'Ünïcode \U0001f600'"))
    process = project.start("list", variables={"PYTHONIOENCODING": "latin-1"}, encoding="latin-1")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Ünïcode \\U0001f600" in out


@pytest.mark.parametrize("place", ["-a b'\"é[red]{x}%s", "x" * 200])
def test_odd_folders_are_folders(tmp_path: Path, project: Any, capsys: Any, place: str) -> None:
    """Spaces, quotes, markup, other letters and long names in the project's path change nothing."""
    project.root = project.root.rename(tmp_path / place)
    for command in ("run", "report", "check"):
        done = project.here(command, capture=capsys)
        assert done.code == 0, done.err


def test_surroundings_do_not_matter(project: Any) -> None:
    """The record is the same, but for time, under another hash seed, locale, time zone and home."""
    others = {"PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Kathmandu", "HOME": "/nonexistent"}
    records = []
    for variables in ({}, others):
        assert project.run("run", "--again", variables=variables).code == 0
        (path,) = project.records.glob("*.json")
        records.append(json.loads(path.read_text()))
        assert records[-1]["provenance"].pop("measured").endswith("Z")
        for volatile in ("seconds", "digest"):
            del records[-1][volatile]
    assert records[0] == records[1]


# text that would steer

PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[/x]", "[bold red]x[/bold red]", "[link=file:///etc]x[/link]",
    "{0} {x} %s %(x)s", "=cmd|' /C calc'!A0", "| a | b |", "`x` **y**", "' OR 1=1", "]]>", "${HOME} $(id)", "\u200b\u00ad", "é" * 50,
]  # fmt: skip


def at_a_terminal(project: Any, *arguments: str) -> tuple[int, str]:
    """Run a command with a terminal for its output, and return all that reaches it."""
    master, slave = pty.openpty()
    process = project.start(*arguments, stdout=slave, stderr=slave)
    os.close(slave)
    told = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        told += chunk
    os.close(master)
    return process.wait(60), told.decode(errors="replace")


def test_text_is_shown_as_it_stands(project: Any) -> None:
    """HTML, markup and formulas in every text of a claim come out verbatim in JSON, and break no table and no report."""
    quoted = [json.dumps(payload) for payload in PAYLOADS]
    project.claims(
        *(
            project.claim(
                f"claim_{k}", says=text, slide=text, note=text, control=f"{{ models = {text}, args = {{ sign = -1 }} }}"
            )
            for k, text in enumerate(quoted)
        )
    )
    done = project.run("list", "--json")
    assert [row["slide"] for row in done.rows] == PAYLOADS
    for command in ("controls", "run", "report"):
        code, told = at_a_terminal(project, command)
        assert code == 0
        assert "Traceback" not in told
        assert "MarkupError" not in told


def test_no_escape_byte_of_an_experiment_reaches_the_terminal(project: Any) -> None:
    """Escape sequences in an error, in a measured text and in what a dying process says are made visible."""
    evil = "\\x1b]0;owned\\x07\\x1b[31mred\\u202e\\x9b2J\\ud800"
    project.experiment(
        f"def fails(sign=1): raise ValueError('{evil}')\n\n"
        f"def says(sign=1): return '{evil}'\n\n"
        f"def dies(sign=1):\n    import os\n    os.write(2, '{evil}'.encode(errors='replace'))\n    os._exit(1)\n"
    )
    project.claims(*(project.claim(name, measure=f"'experiments:{name}'") for name in ("fails", "dies")),
                   project.claim("says", measure="'experiments:says'", value="'four'"))  # fmt: skip
    listed = project.run("run", "--json")
    for told in [listed.out, at_a_terminal(project, "run")[1]]:
        assert "owned" in told
        for bad in ("\x1b]", "\x07", "\u202e", "\x9b", "\x1b[31mred"):
            assert bad not in told
    rows = listed.rows
    assert {row["id"]: row["outcome"] for row in rows} == {"fails": "error", "dies": "error", "says": "refuted"}
    assert project.run("report").code == 0


def test_a_damaged_table_of_ratios_is_named(project: Any) -> None:
    """The report does not leave a machine's file out in silence; a file that holds something else has no table."""
    project.write("results/peers/here.json", "[]")
    assert project.run("report").code == 0
    project.write("results/peers/there.json", "{")
    failed = project.run("report")
    assert failed.code == 2
    assert "results/peers/there.json: cannot be read: " in failed.err


def test_the_progress_bar_is_for_terminals(project: Any) -> None:
    """On a terminal the bar moves and ends; in a pipe standard error is empty."""
    assert project.run("run").err == ""
    code, told = at_a_terminal(project, "run", "--again")
    assert code == 0
    assert "reproduced" in told
