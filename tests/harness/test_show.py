"""`repro show`: kinds, names and tables of whatever the settings name, and what is said where they name nothing."""

from __future__ import annotations

import contextlib
import os
import pty
import re
from typing import Any

import pytest

SHAPES = '''
def shapes(name=None):
    """Shapes by their number of corners."""
    print("a function may print what it likes")
    if name is None:
        return {"table": {"columns": ["shape", "what it is"], "rows": [["square", "four corners"], ["triangle", "three"]]}}
    if name == "triangle":
        raise ZeroDivisionError("no such corner")
    rows = [["side", 2.5, "a side"], ["half", 1200, "\\x1b[31mred"], ["none", None, ""]]
    return {"table": {"columns": ["part", "length", "note"], "rows": rows, "levels": [0, 1, 2], "totals": [["total", 3700, ""]]},
            "alt": "What a square is made of"}


def odd(name=None):
    return {"table": {"columns": ["a", "b"], "rows": [["only one"]]}}


def nothing(name=None):
    return 3
'''  # fmt: skip


@pytest.fixture
def shown(project: Any) -> Any:
    """A project that shows shapes."""
    project.experiment(SHAPES)
    project.write(
        "pyproject.toml",
        "[tool.repro.show]\nshape = 'experiments:shapes'\nodd = 'experiments:odd'\nnothing = 'experiments:nothing'\n",
    )
    return project


def test_kinds_and_names_are_listed(shown: Any, capsys: Any) -> None:
    """Without a name the kinds or the names, each with a line; as JSON, one object for each."""
    assert shown.here("show", capture=capsys).out.splitlines()[0] == "shape\texperiments:shapes"
    assert shown.here("show", "--json", capture=capsys).rows[0] == {"kind": "shape", "function": "experiments:shapes"}
    assert shown.here("show", "shape", capture=capsys).out == "square\tfour corners\ntriangle\tthree\n"
    rows = shown.here("show", "shape", "--json", capture=capsys).rows
    assert rows == [{"shape": "square", "what it is": "four corners"}, {"shape": "triangle", "what it is": "three"}]


def test_a_table_is_printed_with_its_nesting_and_totals(shown: Any, capsys: Any) -> None:
    """Nested rows are indented, numbers are written for reading, controls of a terminal are not passed on; what is printed meanwhile is not seen."""
    done = shown.here("show", "shape", "square", capture=capsys)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "side\t2.5\ta side",
        "  half\t1,200\t\N{REPLACEMENT CHARACTER}[31mred",
        "    none\t\N{EM DASH}\t",
        "total\t3,700\t",
        "What a square is made of",
    ]


def test_json_is_the_data_as_they_are(shown: Any, capsys: Any) -> None:
    """One array with what the function returned: bare names, levels, numbers."""
    (data,) = shown.here("show", "shape", "square", "--json", capture=capsys).rows
    assert data["table"]["rows"][1][:2] == ["half", 1200]
    assert data["table"]["levels"] == [0, 1, 2] and data["alt"] == "What a square is made of"


def test_a_terminal_gets_headings_and_aligned_numbers(shown: Any) -> None:
    """Headings, indented names, numbers flush right, totals in bold."""
    master, slave = pty.openpty()
    process = shown.start("show", "shape", "square", stdout=slave, variables={"TERM": "xterm", "NO_COLOR": ""})
    os.close(slave)
    told = b""
    with contextlib.suppress(OSError):  # how Linux says that the other side is closed
        while chunk := os.read(master, 65536):
            told += chunk
    os.close(master)
    assert process.wait(60) == 0
    text = told.decode()
    plain = [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()]
    assert plain[0].split() == ["part", "length", "note"]
    ends = {
        line.index(number) + len(number)
        for line, number in zip(plain[1:], ["2.5", "1,200", "—", "3,700"], strict=False)
    }
    assert len(ends) == 1 and plain[2].startswith("  half")
    assert re.search(r"\x1b\[1mtotal", text)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["shap"], "there is no kind 'shap' to show; the nearest is 'shape'"),
        (["shape", "squares"], "there is no shape 'squares'; the nearest is 'square'"),
        (["shape", "xyzzy"], "there is no shape 'xyzzy'; see repro show shape"),
    ],
)
def test_an_unknown_name_is_2_with_the_nearest(shown: Any, capsys: Any, arguments: list[str], told: str) -> None:
    """Nothing is printed; the nearest name is told where there is one."""
    done = shown.here("show", *arguments, capture=capsys)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["shape", "triangle"], "experiments:shapes: ZeroDivisionError: no such corner"),
        (["odd"], "rows and columns differ in length"),
        (["nothing"], "experiments:nothing: returned no table"),
    ],
)
def test_what_breaks_is_3_and_named(shown: Any, capsys: Any, arguments: list[str], told: str) -> None:
    """A function that raises, or returns what is no table, ends in one line."""
    for options in ([], ["--json"]):
        done = shown.here("show", *arguments, *options, capture=capsys)
        assert (done.code, done.out) == (3, "")
        assert told in done.err and done.err.count("\n") == 1


def test_a_project_that_shows_nothing_says_so(project: Any, capsys: Any) -> None:
    """Without the setting: exit 2, and which setting it is."""
    for arguments in ([], ["--json"], ["network"]):
        done = project.here("show", *arguments, capture=capsys)
        assert (done.code, done.out) == (2, "")
    assert "there is no kind 'network'" in done.err
    assert "[tool.repro.show]" in project.here("show", capture=capsys).err


@pytest.mark.parametrize(
    "setting",
    ["show = 3", "show = { 'A B' = 'm:f' }", "show = { a = 'm' }", "show = { a = 3 }", "show = { a = 'm:f()' }"],
)
def test_settings_of_another_form_are_refused(project: Any, capsys: Any, setting: str) -> None:
    """Exit 2 with the file and the key."""
    project.write("pyproject.toml", f"[tool.repro]\n{setting}\n")
    done = project.here("show", capture=capsys)
    assert done.code == 2
    assert re.search(r"pyproject\.toml: \[tool\.repro[ \].]", done.err) and "show" in done.err


def test_check_finds_a_function_that_is_not_there(shown: Any, capsys: Any) -> None:
    """`repro check` names the kind whose function does not exist."""
    assert shown.here("check", capture=capsys).code == 0
    shown.write("pyproject.toml", "[tool.repro.show]\nshape = 'experiments:shape'\n")
    done = shown.here("check", capture=capsys)
    assert done.code == 2
    assert "show.shape: experiments:shape: experiments.py defines no function shape" in done.err
