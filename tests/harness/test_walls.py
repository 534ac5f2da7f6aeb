"""The walls between the rooms: who may import whom, and what may never stand in the harness."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPRO = sorted((ROOT / "repro").rglob("*.py"))
IMPLEMENTATIONS = sorted((ROOT / "implementations").rglob("*.py"))
FRAMEWORKS = {
    "torch",
    "tensorflow",
    "keras",
    "numba",
    "sympy",
    "jax",
    "jaxlib",
    "autograd",
    "gymnasium",
    "dask",
    "distributed",
}

SHARED = {"streams"}  # random streams one a seed: no topic, but what topics stand on


def named(path: Path) -> str:
    """A file as tests show it."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """The file's syntax."""
    return ast.parse(path.read_text())


def imports(node: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere below a node, in full."""
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.level == 0 and child.module:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names)


def at_the_top(path: Path) -> Iterator[str]:
    """What importing the file imports: everything outside functions and outside `if TYPE_CHECKING`."""
    waiting: list[ast.AST] = [tree(path)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(node)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def first(module: str) -> str:
    """The package of a dotted name."""
    return module.split(".")[0]


@pytest.mark.parametrize("path", IMPLEMENTATIONS, ids=named)
def test_the_algorithms_know_nothing_of_the_harness(path: Path) -> None:
    """No file of implementations/ imports repro, specs, tests or benchmarks, however deep."""
    assert not {"repro", "specs", "tests", "benchmarks"} & set(map(first, imports(tree(path))))


@pytest.mark.parametrize("path", REPRO, ids=named)
def test_the_harness_names_no_algorithm_and_no_framework(path: Path) -> None:
    """Experiments are reached by dotted names in data; frameworks live in the experiments."""
    found = set(map(first, imports(tree(path))))
    assert not {"implementations", "specs", "tests"} & found
    assert not (FRAMEWORKS - {"dask", "distributed"}) & found
    assert not FRAMEWORKS & set(map(first, at_the_top(path)))


@pytest.mark.parametrize("path", IMPLEMENTATIONS, ids=named)
def test_frameworks_are_imported_late_or_in_files_named_for_them(path: Path) -> None:
    """Only `<topic>_<framework>.py` imports a framework when it is imported itself."""
    found = FRAMEWORKS & set(map(first, at_the_top(path)))
    framework = path.stem.rsplit("_", 1)[-1]
    allowed = {framework} | ({"keras"} if framework == "tensorflow" else set())
    assert found <= allowed if "_" in path.stem else not found


@pytest.mark.parametrize("path", IMPLEMENTATIONS, ids=named)
def test_topics_import_each_other_only_where_one_says_that_it_builds_on_the_other(path: Path) -> None:
    """Each topic that is imported from the side is named in the docstring of the importing topic."""
    topic = path.relative_to(ROOT / "implementations").parts[0].removesuffix(".py")
    others = {module.split(".")[1] for module in imports(tree(path)) if module.startswith("implementations.")}
    declared = ast.get_docstring(tree(ROOT / "implementations" / topic / "__init__.py")) if others else ""
    for other in others - {topic} - SHARED:
        assert other in (declared or ""), f"{named(path)} imports {other}, and {topic}/__init__.py does not say so"


def test_every_module_of_the_harness_imports_without_frameworks() -> None:
    """With every framework blocked, all of repro/ imports: the small core is enough."""
    modules = [named(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in REPRO]
    modules.remove("repro.__main__")
    program = (
        "import sys, importlib\n"
        f"for name in {sorted(FRAMEWORKS)!r}: sys.modules[name] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """Neither NumPy, pydantic, rich nor a framework is loaded to print the help."""
    program = (
        "import sys\nfrom repro.cli import run_command_line\n"
        f"run_command_line({arguments!r})\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'pydantic', 'rich', 'matplotlib', 'jinja2', 'psutil'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


FORBIDDEN_MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
    "yaml",
    "code",
    "multiprocessing",
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_METHODS = {"extractall", "read_pickle", "to_pickle", "load_module", "unsafe_load"}
FORBIDDEN_TEXTS = {"os.system", "os.popen", "os.execv", "os.spawnv"}


def faults(path: Path) -> Iterator[str]:
    """What could run data as code, in one file."""
    for name in imports(tree(path)):
        if first(name) in FORBIDDEN_MODULES:
            yield f"imports {name}"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name) and function.id in FORBIDDEN_CALLS:
                yield f"line {node.lineno}: calls {function.id}"
            if isinstance(function, ast.Attribute) and (
                function.attr in FORBIDDEN_METHODS or ast.unparse(function) in FORBIDDEN_TEXTS
            ):
                yield f"line {node.lineno}: calls .{function.attr}"
            for keyword in node.keywords:
                constant = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                if (keyword.arg, constant) in [("shell", True), ("allow_pickle", True), ("weights_only", False)]:
                    yield f"line {node.lineno}: {keyword.arg}={constant}"


@pytest.mark.parametrize("path", [*REPRO, *IMPLEMENTATIONS], ids=named)
def test_nothing_unpickles_or_runs_data(path: Path) -> None:
    """No pickle, eval, exec, shell or archive extraction; the compiler of traces alone may compile its own text."""
    found = list(faults(path))
    if "autodiff" in path.parts and "compile" in path.stem:
        found = [fault for fault in found if not re.search(r"calls (exec|compile)$", fault)]
    assert not found


@pytest.mark.parametrize(
    "source",
    ["import pickle", "from joblib import load", "eval('1')", "exec('1')", "subprocess.run('x', shell=True)", "np.load(f, allow_pickle=True)",
     "torch.load(f, weights_only=False)", "archive.extractall()", "def f():\n    import yaml", "pd.read_pickle(f)", "os.system('x')"],
)  # fmt: skip
def test_the_scan_finds_what_it_looks_for(tmp_path: Path, source: str) -> None:
    """Each forbidden form, planted, is found."""
    path = tmp_path / "planted.py"
    path.write_text(source)
    assert list(faults(path))


@pytest.mark.parametrize("path", [*REPRO, *IMPLEMENTATIONS], ids=named)
def test_modules_are_short_or_say_why(path: Path) -> None:
    """More than 250 lines need a reason in the module's docstring, in a sentence with "longer than"."""
    docstring = ast.get_docstring(tree(path)) or ""
    assert docstring, "every module says what it is for"
    lines = len(path.read_text().splitlines())
    assert lines <= 250 or "longer than" in docstring.lower(), f"{lines} lines"
