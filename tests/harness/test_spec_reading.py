"""Specifications from strangers: whatever a file holds, it is a valid suite or a list of problems, and quickly so."""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from repro.config import find_config
from repro.errors import SpecProblem, UsageProblem
from repro.spec import load_suite
from repro.spec.ledger import read_ledger
from repro.spec.reading import MAX_BYTES, MAX_LINE, read_toml

ROOT = Path(__file__).parents[2]
GOOD = [path.read_bytes() for path in sorted((ROOT / "specs").glob("*/*.toml"))]
ONE = b"""schema = 1
section = "A section"
position = 10
[claims.squares]
slide = "SUMS"
says = "They add up"
measure = "experiments:double"
args = { x = 2, deep = [1.5, { text = "t" }] }
value = 1.50
tolerance = { abs = 0.1 }
seeds = 64
backends = ["numpy", "torch"]
needs = ["sympy"]
ledger = ["C-018"]
possible = [0, 10]
limits = { seconds = 5, mebibytes = 100 }
[claims.squares.controls.broken]
models = "a wrong sign"
args = { sign = -1 }
[claims.squares.refuted]
kind = "wrong"
because = "a slip"
value = 1.6
confirm = "experiments:double"
[claims.curve]
slide = "CURVE"
says = "It grows"
measure = "experiments:double"
shape = { kind = "power", exponent = 0.5 }
tolerance = { rel = 0.1 }
controls = { flat = { models = "no growth", measure = "experiments:flat" } }
[claims.rows]
slide = "TABLE"
says = "Cells"
measure = "experiments:double"
table = { key = "v", columns = ["v", "value"], rows = [["v1", 0.693], ["v2", ""]] }
tolerance = "printed"
controls = { flat = { models = "no growth", measure = "experiments:flat" } }
[claims.beats]
slide = "ORDER"
says = "a before b"
measure = "experiments:double"
order = { a = "x", b = "y", better = "lower", margin = 0.0 }
controls = { flat = { models = "no growth", measure = "experiments:flat" } }
[exhibits.picture]
slide = "PICTURE"
says = "It looks so"
make = "experiments:picture"
"""


def problems_of(project: Any, content: bytes, path: str = "specs/doc/section.toml") -> list[str]:
    """The problems of a project whose section holds these bytes; reading must end within two seconds."""
    project.write(path, content)
    started = time.perf_counter()
    suite = load_suite(find_config(project.root))
    assert time.perf_counter() - started < 2.0
    return [line for problem in suite.problems for line in str(problem).splitlines()]


def changed(old: str, new: str) -> bytes:
    """The good section with one place changed."""
    text = ONE.decode()
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1).encode()


@pytest.fixture(scope="module")
def reader(shared_project: Any) -> Any:
    """A project whose one section is written again and again."""
    return shared_project


def test_the_good_section_is_good(reader: Any) -> None:
    """Without it the tests below would prove nothing."""
    assert problems_of(reader, ONE) == []


# any bytes, any values


@settings(suppress_health_check=list(HealthCheck))
@given(st.data())
def test_mutated_specifications_never_break_the_reader(reader: Any, data: st.DataObject) -> None:
    """Bytes of real files replaced, removed and inserted: a valid suite or problems, never another exception."""
    _mutate(reader, data)


@pytest.mark.deep
@settings(suppress_health_check=list(HealthCheck), max_examples=5000)
@given(st.data())
def test_many_mutated_specifications_never_break_the_reader(reader: Any, data: st.DataObject) -> None:
    """The same, 5,000 times."""
    _mutate(reader, data)


def _mutate(reader: Any, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([ONE, *GOOD])))
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 12))
        content[position : position + length] = data.draw(
            st.one_of(
                st.binary(max_size=8),
                st.sampled_from(
                    [b"[", b"]", b"{", b"}", b'"', b"'''", b"=", b"\n", b"nan", b"1e400", b"-0.0", b"true", b"#"]
                ),
            )
        )
    problems_of(reader, bytes(content))


@settings(suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=2000))
@example(b"")
@example(b"\x00")
@example(b"\xff\xfes\x00c\x00")
def test_any_bytes_are_read_or_refused(reader: Any, content: bytes) -> None:
    """Nothing that a file can hold breaks the reader."""
    problems_of(reader, content)


def toml(value: Any) -> str:
    """A Python value in TOML, with the floats that JSON has not."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        escapes = {c: f"\\u{ord(c):04x}" for c in value if ord(c) < 32 or c in '"\\\x7f'}
        return '"' + "".join(escapes.get(c, c) for c in value) + '"'
    if isinstance(value, date):
        return value.isoformat()
    return repr(value)


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.sampled_from(
        ["exact", "printed", "lower", "power", "fast", "wrong", "a.b:c", "C-1", "torch", "\u202e", "<script>", "[/x]"]
    ),
    st.dates(),
    st.datetimes(),
)
KEYS = st.sampled_from(
    ["key", "columns", "rows", "a", "b", "better", "margin", "kind", "exponent", "abs", "rel", "value", "args"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "slide", "says", "measure", "args", "value", "at_least", "at_most", "table", "order", "shape", "tolerance", "ledger", "backends",
    "seeds", "identical", "cost", "needs", "possible", "limits", "note", "refuted", "controls",
]  # fmt: skip


@settings(suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=4))
@example({"args": {"\r": date(2000, 1, 1)}})
@example({"args": {"a": {"\r": date(2000, 1, 1)}}})
@example({"args": {"\n\x1b": float("nan")}})
@example({"args": {"x" * 500: [float("nan")]}})
def test_any_value_in_any_field_is_taken_or_explained(reader: Any, fields: dict[str, Any]) -> None:
    """Every problem is one line that begins with the file and names a key of it, or says what its claim lacks."""
    good = {"slide": "S", "says": "s", "measure": "experiments:double", "value": 4, "tolerance": "exact"}
    good["controls"] = {"broken": {"models": "m", "args": {"sign": -1}}}
    text = "schema = 1\nsection = 's'\nposition = 1\n[claims.one]\n"
    text += "".join(f"{key} = {toml(value)}\n" for key, value in (good | fields).items())
    for line in problems_of(reader, text.encode()):
        assert line.startswith("specs/doc/section.toml: "), line
        assert "claims.one" in line or "TOML" in line or "characters" in line, line


# hostile files

HOSTILE = {
    "larger than 256 KiB": b"#" * 100 + b"\n" + (b"# padding\n" * 30_000),
    "a line of 5,000 characters": b"x = '" + b"a" * 5000 + b"'\n",
    "100,000 brackets": b"x = " + b"[" * 100_000,
    "100,000 brackets over lines": b"x = " + b"[\n" * 100_000,
    "100,000 tables in tables": b"x = " + b"{a=" * 80_000,
    "a key of 20,000 parts": b".".join([b"a"] * 20_000) + b" = 1\n",
    "keys of 500 parts": b"".join(b".".join([b"a%d" % k] * 200) + b" = 1\n" for k in range(250)),
    "nested headers": b"".join(b"[" + b".".join([b"a%d" % k] * 200) + b"]\n" for k in range(250)),
    "one table, extended 20,000 times": b"".join(b"[a.b%d]\n" % k for k in range(20_000)),
    "30,000 tables": b"[[a]]\n" * 40_000,
    "30,000 unknown keys": ONE + b"".join(b"k%d=1\n" % k for k in range(20_000)),
    "long unknown keys": ONE + b"".join(b"k%d%s=1\n" % (k, b"x" * 900) for k in range(200)),
    "30,000 wrong rows": ONE.replace(b'["C-018"]', b"[\n" + b"1,\n" * 30_000 + b"]"),
    "a number of 5,000 digits": b"position = " + b"9" * 5000,
    "a hexadecimal of 900 digits": ONE.replace(b"position = 10", b"position = 0x" + b"f" * 900),
    "a number of 900 digits": ONE.replace(b"value = 1.50", b"value = " + b"9" * 900),
    "a hostile exponent": ONE.replace(b"value = 1.50", b"value = 1e-99999999"),
    "another hostile exponent": ONE.replace(b"value = 1.50", b"value = 1e99999999"),
    "an exponent beyond decimals": ONE.replace(b"value = 1.50", b"value = 1e999999999999999999999"),
    "latin-1": "section = 'é'".encode("latin-1"),
    "UTF-16": ONE.decode().encode("utf-16"),
    "a byte-order mark": b"\xef\xbb\xbf" + ONE,
    "a NUL": ONE.replace(b"SUMS", b"SU\x00MS"),
    "an escaped NUL": ONE.replace(b"SUMS", b"SU\\u0000MS"),
    "an escape": ONE.replace(b"SUMS", b"SU\\u001b[31mMS"),
    "an override of direction": ONE.replace(b"SUMS", "SU\u202eMS".encode()),
    "only carriage returns": ONE.replace(b"\n", b"\r"),
    "a duplicate key": ONE.replace(b"seeds = 64", b"seeds = 64\nseeds = 64"),
    "two claims of one name": ONE.replace(b"[claims.curve]", b"[claims.squares]"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_a_moment(reader: Any, name: str) -> None:
    """Each is refused with few, short lines, within two seconds."""
    lines = problems_of(reader, HOSTILE[name])
    assert 1 <= len(lines) <= 60
    assert max(map(len, lines)) < 1500
    assert all(line.startswith("specs/doc/section.toml: ") for line in lines)


def test_carriage_returns_before_newlines_are_fine(reader: Any) -> None:
    """A file from Windows is a file."""
    assert problems_of(reader, ONE.replace(b"\n", b"\r\n")) == []


def test_the_limits_are_inclusive(tmp_path: Path) -> None:
    """A file of exactly the largest size, with a line of exactly the longest length, is read."""
    path = tmp_path / "a.toml"
    line = "#" * MAX_LINE + "\n"
    path.write_text(line + "#" * (MAX_LINE // 2) + "\n")
    assert read_toml(path, "a") == {}
    path.write_text("# 3456789\n" * (MAX_BYTES // 10) + "#" * (MAX_BYTES % 10))
    assert read_toml(path, "a") == {}
    path.write_text("# 3456789\n" * (MAX_BYTES // 10 + 1))
    with pytest.raises(SpecProblem, match="256 KiB"):
        read_toml(path, "a")


def test_every_kind_of_file_in_a_section_s_place(project: Any) -> None:
    """A folder, a FIFO, a dangling link, a link out of the specifications: one problem each, and the others are read."""
    folder = project.root / "specs" / "doc"
    (folder / "folder.toml").mkdir()
    os.mkfifo(folder / "fifo.toml")
    (folder / "dangling.toml").symlink_to(folder / "nowhere.toml")
    (folder / "outward.toml").symlink_to(project.root / "pyproject.toml")
    (folder / "inward.toml").symlink_to(folder / "section.toml")
    (folder / ".#section.toml").symlink_to("an editor's lock")
    suite = load_suite(find_config(project.root))
    told = {problem.path.removeprefix("specs/doc/"): problem.problems[0] for problem in suite.problems}
    assert told.pop("folder.toml") == told.pop("fifo.toml") == "is not a regular file"
    assert told.pop("dangling.toml") == "cannot be read: No such file or directory"
    assert told.pop("outward.toml") == "is a link that leads out of the specifications"
    assert "already used in" in told.popitem()[1]  # the inward link is the section a second time
    assert not told
    assert "twice_two_is_four" in [claim.id for claim in suite.claims]


def test_a_file_that_vanishes_is_a_problem(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listed, then gone: said, not raised."""
    real = Path.open

    def vanish(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == "section.toml":
            self.unlink()
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", vanish)
    suite = load_suite(find_config(project.root))
    assert [str(problem) for problem in suite.problems] == [
        "specs/doc/section.toml: cannot be read: No such file or directory"
    ]


@pytest.mark.parametrize(
    "path",
    ["specs/stray.toml", "specs/doc/deeper/section.toml", "specs/d oc/section.toml", "specs/doc/a\nb.toml", "specs/doc/..x.y.toml",
     "specs/doc/é.toml", "specs/-doc/section.toml"],
)  # fmt: skip
def test_files_that_would_not_be_read_are_problems(project: Any, path: str) -> None:
    """Misplaced and oddly named files are said, not skipped; hidden ones belong to somebody else."""
    project.write(path, "")
    problems = load_suite(find_config(project.root)).problems
    hidden = Path(path).name.startswith(".")
    assert [problem.path for problem in problems] == ([] if hidden else [path])


# messages


FAULTS: list[tuple[str, str, str | None]] = [
        ("seeds = 64", "sedes = 64", "claims.squares.sedes: unknown key; did you mean 'seeds'?"),
        ("sign = -1 }", "sign = -1 }\nmodel = 'x'", "claims.squares.controls.broken.model: unknown key; did you mean 'models'?"),
        ("{ abs = 0.1 }", "{ abs = 0.1, reel = 1 }", "claims.squares.tolerance.reel: unknown key; did you mean 'rel'?"),
        ("mebibytes", "megabytes", "claims.squares.limits.megabytes: unknown key; did you mean 'mebibytes'?"),
        ("kind = \"power\"", "knd = \"power\"", "claims.curve.shape.knd: unknown key; did you mean 'kind'?"),
        ("better", "bettr", "claims.beats.order.bettr: unknown key; did you mean 'better'?"),
        ("columns", "column", "claims.rows.table.column: unknown key; did you mean 'columns'?"),
        ("make = ", "makes = ", "exhibits.picture.makes: unknown key; did you mean 'make'?"),
        ("because", "becuase", "claims.squares.refuted.becuase: unknown key; did you mean 'because'?"),
        ("position", "positon", "positon: unknown key; did you mean 'position'?"),
        ("[exhibits.", "[exhibit.", "exhibit: unknown key; did you mean 'exhibits'?"),
        ("seeds = 64", "zzz = 64", "claims.squares.zzz: unknown key; known here: args, at_least, at_most"),
        ("section = \"A section\"", "", "section: is required"),
        ("models = \"a wrong sign\"", "", "claims.squares.controls.broken.models: is required"),
        ("schema = 1", "schema = 2", "schema: is 2; this version reads 1"),
        ("schema = 1", "schema = true", "schema: should be a whole number; got true"),
        ("schema = 1", "schema = 1.0", "schema: should be a whole number; got 1.0"),
        ("position = 10", "position = '10'", "position: should be a whole number; got '10'"),
        ("position = 10", "position = -1", "position: should be at least 0; got -1"),
        ("seeds = 64", "seeds = true", "claims.squares.seeds: should be a whole number; got true"),
        ("seeds = 64", "seeds = 64.0", "claims.squares.seeds: should be a whole number; got 64.0"),
        ("seeds = 64", "seeds = 0", "claims.squares.seeds: should be at least 2; got 0"),
        ("seeds = 64", "seeds = 2000000", "claims.squares.seeds: should be at most 1048576; got 2000000"),
        ("value = 1.50", "value = nan", "claims.squares.value: should be true or false, a number or text; got NaN"),
        ("value = 1.50", "value = -inf", "claims.squares.value: should be true or false, a number or text; got -Infinity"),
        ("value = 1.50", "value = 1e400", "claims.squares.value: is not a finite 64-bit number"),
        ("value = 1.50", "value = 1e-400", "claims.squares.value: is not a finite 64-bit number"),
        ("value = 1.50", "value = 9223372036854775808", "claims.squares.value: does not fit in 64 bits"),
        ("value = 1.50", "value = 2020-01-01", "claims.squares.value: should be true or false, a number or text; got a date"),
        ("value = 1.50", "value = [1.5]", "claims.squares.value: should be true or false, a number or text; got a list of 1"),
        ("value = 1.50", "value = ''", "claims.squares: value is empty"),
        ("value = 1.50", 'value = "\\t"', "claims.squares.value: holds the control character U+0009"),
        ("value = 1.50", "value = 1." + "9" * 900, "claims.squares: value: expected a number"),
        ("margin = 0.0", "margin = nan", "claims.beats.order.margin: should be a number; got NaN"),
        ("margin = 0.0", "margin = true", "claims.beats.order.margin: should be a number; got true"),
        ("margin = 0.0", "margin = -1", "claims.beats.order: margin is negative"),
        ("b = \"y\"", "b = \"x\"", "claims.beats.order: compares a thing with itself"),
        ("{ abs = 0.1 }", "{ abs = -1 }", "claims.squares.tolerance: must be positive"),
        ("{ abs = 0.1 }", "{ abs = 0 }", "claims.squares.tolerance: must be positive"),
        ("{ abs = 0.1 }", "{ rel = 1.0 }", "claims.squares.tolerance: rel must be below 1"),
        ("{ abs = 0.1 }", "{ abs = 1, rel = 0.1 }", "claims.squares.tolerance: takes exactly one of abs and rel"),
        ("{ abs = 0.1 }", "'printd'", "claims.squares.tolerance: should be 'exact' or 'printed' or a table; got 'printd'"),
        ("{ abs = 0.1 }", "{ abs = 20 }", "claims.squares: tolerance accepts every possible value"),
        ("possible = [0, 10]", "possible = [10, 0]", "claims.squares: possible = [10, 0] is empty"),
        ("possible = [0, 10]", "possible = [0]", "claims.squares.possible: should be a list of at least 2; got a list of 1"),
        ("tolerance = { abs = 0.1 }", "", "claims.squares: needs a tolerance"),
        ("order = {", "tolerance = 'exact'\norder = {", "claims.beats: takes no tolerance with order"),
        ("value = 1.50", "value = 1.50\nat_least = 1", "claims.squares: takes exactly one of value, at_least"),
        ("backends = [\"numpy\", \"torch\"]", "backends = []", "claims.squares.backends: should be a list of at least 1"),
        ("backends = [\"numpy\", \"torch\"]", "backends = ['numpy', 'numpy']", "claims.squares: backends names one thing twice"),
        ("backends = [\"numpy\", \"torch\"]", "backends = ['theano']", "claims.squares.backends.0: should be 'numpy', 'numba'"),
        ("[\"C-018\"]", "['C 018']", "claims.squares.ledger.0: should be a row of the ledger, as in C-018; got 'C 018'"),
        ("[\"C-018\"]", "'C-018'", "claims.squares.ledger: should be a list; got 'C-018'"),
        ("[\"sympy\"]", "['../x']", "claims.squares.needs.0: should be a package's import name, gpu, or data:NAME; got '../x'"),
        ("[\"sympy\"]", "['a.b']", "claims.squares.needs.0: should be a package's import name"),
        ("[\"sympy\"]", "['data:../x']", "claims.squares.needs.0: should be a package's import name"),
        ("experiments:double", "experiments.double", "claims.squares.measure: should be the name of a function"),
        ("experiments:double", "../x:f", "claims.squares.measure: should be the name of a function"),
        ("experiments:double", "a:b\\nc", "claims.squares.measure: should be the name of a function"),
        ("[claims.curve]", "[claims.Curve]", "claims.Curve: should be a name of small letters"),
        ("[claims.curve]", "[claims.'..']", "claims.'..': should be a name of small letters"),
        ("[claims.curve]", "[claims.%s]" % ("a" * 81), "should be a name of small letters, digits and underscores, at most 80"),
        ("x = 2, deep", "x = nan, deep", "claims.squares.args: x is not a finite 64-bit number"),
        ("text = \"t\"", "text = 2020-01-01", "claims.squares.args: deep.1.text is a date; write it as text"),
        ("x = 2, deep", "'x y' = 2, deep", "claims.squares.args.'x y': should be the name of an argument; got 'x y'"),
        ("x = 2, deep", "seeds = 2, deep", "claims.squares: args.seeds is given, but seeds is passed by the harness here"),
        ("x = 2, deep", "backend = 'n', deep", "claims.squares: args.backend is given"),
        ("args = { sign = -1 }", "args = { x = 2 }", "claims.squares: controls.broken changes nothing"),
        ("args = { sign = -1 }", "", "claims.squares.controls.broken: changes nothing"),
        (", exponent = 0.5", "", "claims.curve.shape: exponent belongs to kind 'power'"),
        ("[\"v2\", \"\"]", "[\"v2\"]", "claims.rows.table: row 2 has 1 cells; there are 2 columns"),
        ("[\"v2\", \"\"]", "[\"v1\", \"\"]", "claims.rows.table: two rows have one v"),
        ("key = \"v\"", "key = \"w\"", "claims.rows.table: key 'w' is none of the columns"),
        ("0.693", "''", "claims.rows.table: every cell is empty"),
        ("0.693", "nan", "claims.rows.table.rows.0.1: should be true or false, a number or text; got NaN"),
        ("\"wrong\"", "\"false\"", "claims.squares.refuted.kind: should be 'wrong', 'inconsistent', 'loose'"),
        ("value = 1.6", "", "claims.squares.refuted: takes exactly one of value"),
        ("cost", "cost", None),
        ("says = \"They", "cost = 'cheap'\nsays = \"They", "claims.squares.cost: should be 'fast', 'standard' or 'full'; got 'cheap'"),
        ("says = \"They", "identical = 1\nsays = \"They", "claims.squares.identical: should be true or false; got 1"),
        ("seconds = 5", "seconds = 0", "claims.squares.limits.seconds: should be above 0; got 0"),
        ("says = \"They add up\"", "says = ''", "claims.squares.says: is empty"),
        ("says = \"They add up\"", "says = 7", "claims.squares.says: should be text; got 7"),
        ("They add up", "x" * 900, None),
        ("They add up", "a \\u001b[31m b", "claims.squares.says: holds the control character U+001B"),
        ("They add up", "a \\u202e b", "claims.squares.says: holds the control character U+202E"),
        ("They add up", "<b onclick='x'>[/x] =cmd|x {{7*7}}", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), FAULTS)
def test_the_message_names_file_key_wanted_and_got(reader: Any, old: str, new: str, expected: str | None) -> None:
    """One problem, in words that say what to change; nothing is coerced."""
    content = ONE.replace(b"[claims.squares]", b"# cost\n[claims.squares]") if old == "cost" else changed(old, new)
    lines = problems_of(reader, content)
    if expected is None:
        assert lines == []
    else:
        assert any(line.startswith("specs/doc/section.toml: ") and expected in line for line in lines), lines
        assert len(lines) <= 2, lines


def test_every_unknown_key_is_found_at_every_level(reader: Any) -> None:
    """An unknown key after any line that opens or fills a table is named, wherever it stands."""
    lines = ONE.decode().splitlines()
    for number in range(1, len(lines)):
        content = "\n".join([*lines[:number], "unheard_of = 1", *lines[number:]])
        assert any("unheard_of: unknown key" in line for line in problems_of(reader, content.encode())), number


def test_all_faults_of_a_file_come_at_once(reader: Any) -> None:
    """Five faults in five claims are five lines."""
    content = ONE
    for old, new in [(b"seeds = 64", b"sedes = 64"), (b"exponent = 0.5", b"exponent = nan"), (b'"lower"', b'"less"'),
                     (b'key = "v"', b"key = 1"), (b'make = "experiments:picture"', b"")]:  # fmt: skip
        assert old in content
        content = content.replace(old, new, 1)
    assert len(problems_of(reader, content)) == 5


def test_a_broken_file_hides_no_other(project: Any) -> None:
    """Three broken files and a good one: three problems, and the good one's claims."""
    project.write("specs/doc/broken.toml", "x")
    project.write("specs/doc/other.toml", "schema = 1\n")
    project.write("specs/third/section.toml", ONE)
    suite = load_suite(find_config(project.root))
    assert {problem.path for problem in suite.problems} == {
        "specs/doc/broken.toml", "specs/doc/other.toml", "specs/third/document.toml",
    }  # fmt: skip
    assert [claim.id for claim in suite.claims] == ["twice_two_is_four"]
    with pytest.raises(UsageProblem) as caught:
        suite.require_valid()
    assert len(str(caught.value).splitlines()) == sum(len(problem.problems) for problem in suite.problems)


def test_an_id_is_used_once(project: Any) -> None:
    """Two documents with one id: the second is the problem, and both files are named."""
    project.write("specs/other/document.toml", "schema = 1\ntitle = 't'\nkind = 'k'\n")
    project.write("specs/other/section.toml", project.section(project.claim()))
    (problem,) = load_suite(find_config(project.root)).problems
    assert str(problem) == "specs/other/section.toml: 'twice_two_is_four' is already used in specs/doc/section.toml"


# the ledger and the settings

LEDGER = "row,document,slide,statement,printed,kind,how,needs\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the first line must be"),
        (b"\xef\xbb\xbf" + LEDGER.encode(), "byte-order mark"),
        (b"row,document\n", "the first line must be"),
        (LEDGER.encode() + b"C-1,d,s,x,p,k,h\n", "line 2: takes 8 cells"),
        (LEDGER.encode() + b"C-1,d,s,x,p,k,h,n,more\n", "line 2: takes 8 cells"),
        (LEDGER.encode() + b"C-1,d,s,x,p,k,h,n\nC-1,d,s,x,p,k,h,n\n", "line 3: row C-1 stands twice"),
        (LEDGER.encode() + b'"C-1\n",d,s,x,p,k,h,n\n', "is no row id"),
        (LEDGER.encode() + b"../x,d,s,x,p,k,h,n\n", "is no row id"),
        (LEDGER.encode() + b"C-1,d,s,\x1b[31m,p,k,h,n\n", "holds a control character"),
        (LEDGER.encode() + b"C-1,d,s,\xff,p,k,h,n\n", "is not UTF-8"),
        (LEDGER.encode() + b'C-1,d,s,"x,p,k,h,n\n', "is not a CSV file"),
        (LEDGER.encode() + b"C-1,d,s," + b"x" * 200_000 + b",p,k,h,n\n", "is not a CSV file"),
        (b"#" * (17 << 20), "is larger than"),
    ],
)  # fmt: skip
def test_a_broken_ledger_is_a_problem(tmp_path: Path, content: bytes, expected: str) -> None:
    """One line that names what is wrong and where."""
    path = tmp_path / "ledger.csv"
    path.write_bytes(content)
    with pytest.raises(SpecProblem, match=expected):
        read_ledger(path, "ledger.csv")


def test_a_ledger_that_is_no_file_is_a_problem(project: Any) -> None:
    """A FIFO does not hang, a dangling link is not taken for a project without a ledger."""
    path = project.root / "specs" / "ledger.csv"
    os.mkfifo(path)
    assert "is not a regular file" in str(load_suite(find_config(project.root)).problems[0])
    path.unlink()
    path.symlink_to("nowhere")
    assert "cannot be read" in str(load_suite(find_config(project.root)).problems[0])


def test_rows_that_do_not_exist_are_problems(project: Any) -> None:
    """In a claim and in `[unchecked]`; a row that is both bound and unchecked is one as well."""
    project.write("specs/ledger.csv", LEDGER + "C-1,doc,s,x,p,k,h,n\n")
    project.claims(project.claim(ledger="['C-1', 'C-2']"))
    project.write("specs/doc/document.toml", "schema=1\ntitle='t'\nkind='k'\n[unchecked]\nC-1='an opinion'\nC-3='no'\n")
    told = "\n".join(str(problem) for problem in load_suite(find_config(project.root)).problems)
    assert (
        told.count("has no row C-2")
        == told.count("has no row C-3")
        == told.count("C-1 is bound by a claim as well")
        == 1
    )


@pytest.mark.parametrize(
    ("settings_", "expected"),
    [
        ("tool = 1", "no pyproject.toml with"),
        ("[tool]\nrepro = 1", "tool.repro must be a table"),
        ("[tool.repro]\nspec = 'x'", "unknown key 'spec'"),
        ("[tool.repro]\nspecs = 1", "specs must be text"),
        ("[tool.repro]\nspecs = ''", "specs must be text"),
        ("[tool.repro]\nspecs = \"a\\u0000b\"", "specs must be text"),
        ("[tool.repro]\nerror = 2.0", "error must be"),
        ("[tool.repro]\nerror = nan", "error must be"),
        ("[tool.repro]\nerror = true", "error must be"),
        ("[tool.repro]\nspecs = 'nowhere'", "nowhere is not a folder"),
        ("[tool.repro", "cannot be read"),
        ("x = " + "[" * 100_000, "cannot be read"),
        ("\udcff", "cannot be read"),
    ],
)  # fmt: skip
def test_broken_settings_are_explained(project: Any, capsys: Any, settings_: str, expected: str) -> None:
    """Exit 2 and one sentence."""
    project.write("pyproject.toml", settings_.encode("utf-8", "surrogateescape"))
    done = project.here("list", capture=capsys)
    assert done.code == 2
    assert expected in done.err
    assert done.out == ""


def test_numbers_keep_their_printed_digits(tmp_path: Path) -> None:
    """1.50 is not 1.5 on paper; datetimes are dates to the reader of `_got`."""
    path = tmp_path / "a.toml"
    path.write_text("a = 1.50\nb = 2020-01-01T00:00:00\n")
    content = read_toml(path, "a")
    assert str(content["a"]) == "1.50"
    assert isinstance(content["b"], datetime)
