"""What a measurement depends on, as digests: the claim, the code that it can reach, its data, the package versions."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


class Sources:
    """The modules of one project as files: where a dotted name is defined, and all code that it can reach by import."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._imports: dict[str, tuple[str, frozenset[str]]] = {}
        self._trees: dict[Path, ast.Module] = {}

    def file(self, module: str) -> Path | None:
        """The file of a module inside the project, or ``None`` for what lies outside."""
        base = self.root.joinpath(*module.split("."))
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if candidate.is_file():
                return candidate
        return None

    def function(self, dotted: str) -> tuple[Path, ast.FunctionDef] | str:
        """Where ``module:function`` is defined, read without importing it; or a sentence that says what is missing."""
        module, name = dotted.split(":")
        path = self.file(module)
        if path is None:
            return f"there is no module {module} in {self.root.name}/"
        try:
            tree = self._tree(path)
        except (SyntaxError, ValueError, OSError) as error:
            return f"{path.relative_to(self.root)} cannot be parsed: {error}"
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        for node in functions:
            if node.name == name:
                return path, node
        known = ", ".join(node.name for node in functions if not node.name.startswith("_")) or "none"
        return f"{path.relative_to(self.root)} defines no function {name}; it defines: {known}"

    def reach(self, modules: set[str]) -> str:
        """One digest over the source of these modules and of every project module that they import, however deep."""
        waiting, reached = sorted(modules), dict[str, str]()
        while waiting:
            module = waiting.pop()
            if module in reached:
                continue
            content, imports = self._read(module)
            reached[module] = content
            waiting += [name for name in imports if name not in reached]
        return digest(reached)

    def _tree(self, path: Path) -> ast.Module:
        if path not in self._trees:
            self._trees[path] = ast.parse(path.read_bytes())
        return self._trees[path]

    def _read(self, module: str) -> tuple[str, frozenset[str]]:
        if module not in self._imports:
            path = self.file(module)
            if path is None:
                self._imports[module] = ("missing", frozenset())
            else:
                self._imports[module] = (self._content(path), frozenset(self._imported(module, path)))
        return self._imports[module]

    def _content(self, path: Path) -> str:
        try:
            told = "\n".join(_tokens(self._tree(path))).encode("utf-8", "surrogatepass")
        except (SyntaxError, ValueError):
            told = path.read_bytes()
        return hashlib.sha256(told).hexdigest()

    def _imported(self, module: str, path: Path) -> set[str]:
        try:
            tree = self._tree(path)
        except (SyntaxError, ValueError):
            return set()  # the worker will say so; a digest needs no syntax
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        names: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = package.rsplit(".", node.level - 1)[0] if node.level else ""
                source = ".".join(part for part in (base, node.module) if part)
                names.add(source)
                names.update(f"{source}.{alias.name}" for alias in node.names)
        # importing a.b.c runs a and a.b as well, whoever asks for it
        parents = {name.rsplit(".", depth)[0] for name in {module, *names} for depth in range(1, name.count(".") + 1)}
        return {name for name in names | parents if name and self.file(name) is not None}


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _tokens(node: ast.AST) -> Iterator[str]:
    """What the code says, without comments, docstrings and layout: a record of hours must outlive a mended sentence."""
    yield type(node).__name__
    for name in node._fields:
        value = getattr(node, name, None)
        if value is None or value == []:  # Python's versions differ in which empty fields a node has
            continue
        yield name
        parts = value if isinstance(value, list) else [value]
        if name == "body" and isinstance(node, _DOCUMENTED) and _is_text(parts[0]):
            parts = parts[1:]
        for part in parts:
            if isinstance(part, ast.AST):
                yield from _tokens(part)
            else:
                yield repr(part)
        yield "]"


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@cache
def environment(packages: tuple[str, ...]) -> dict[str, str]:
    """Versions of Python and of the packages that can move a result."""
    versions = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    for package in packages:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "missing"
    return versions
