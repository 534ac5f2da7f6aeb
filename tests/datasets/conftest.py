"""A small dataset to break, folders of its own for data and cache, and a server on this machine that sends what it is told."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from implementations.datasets.registry import Dataset, File

Answer = Callable[[BaseHTTPRequestHandler], None]


class House:
    """Below ``root``: ``data``, which REPRO_DATA names, and ``cache``; neither exists at first."""

    content = b"what the dataset holds, " * 400

    def __init__(self, root: Path) -> None:
        self.root, self.data, self.cache = root, root / "data", root / "cache"

    @staticmethod
    def file(name: str, content: bytes, *urls: str) -> File:
        """The registered form of a content."""
        return File(name, len(content), hashlib.sha256(content).hexdigest(), urls)

    def dataset(self, *files: File, name: str = "small") -> Dataset:
        """A dataset of these files, or of ``one.bin`` with the content."""
        return Dataset(name, "a small set", "ours", "here", name, files or (self.file("one.bin", self.content),))

    @staticmethod
    def put(path: Path, content: bytes, *, packed: bool = False) -> Path:
        """Write a file, packed by gzip if asked, and the folders on the way."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content) if packed else content)
        return path

    def files(self) -> list[str]:
        """Everything that lies below the root and is no lock."""
        found = (path for path in self.root.rglob("*") if path.is_file() and path.name != ".lock")
        return sorted(path.relative_to(self.root).as_posix() for path in found)


class Server:
    """Answers by path, and the paths that were asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    def sends(self, name: str, body: bytes, *, status: int = 200, announced: int | None = None, **headers: str) -> str:
        """The address that answers with that body from now on, and says that it has ``announced`` bytes."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Content-Length", str(len(body) if announced is None else announced))
            for key, value in headers.items():
                request.send_header(key.replace("_", "-"), value)
            request.end_headers()
            request.wfile.write(body)

        self.answers[f"/{name}"] = answer
        return f"{self.address}/{name}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on 127.0.0.1 for one test, asked directly whatever proxy this machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            if self.path in told.answers:
                told.answers[self.path](self)
            else:
                self.send_error(404)

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Server(f"http://127.0.0.1:{listening.server_port}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Folders of its own for one test."""
    made = House(tmp_path)
    monkeypatch.setenv("REPRO_DATA", str(made.data))
    monkeypatch.setenv("REPRO_CACHE", str(made.cache))
    return made
