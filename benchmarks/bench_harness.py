"""The harness itself: how long it keeps people waiting, apart from the measuring.

Goals: `--help` 0.3 s; a warm `run` 2 s; 10,000 claims listed in 2 s, judged and rendered in 60 s. Every time is that of a whole
process, as a user sees it. The claims are synthetic: one half deterministic, the other half means over 16 seeds.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

A_FILE = 100
PROJECT = '[tool.repro]\ntitle = "synthetic"\n'
DOCUMENT = 'schema = 1\ntitle = "Synthetic"\nkind = "benchmark"\n'
EXPERIMENTS = "def constant(i):\n    return i\n\n\ndef spread(seeds, i):\n    return i + 0.01 * (seeds % 7)\n"
CLAIM = """
[claims.number_{i}]
slide = "NUMBERS"
says = "Number {i} is {i}"
measure = "experiments:{measure}"
args = {{ i = {i} }}
value = {i}
{check}

[claims.number_{i}.controls.next]
models = "the next number"
args = {{ i = {wrong} }}
"""


def claim_text(i: int) -> str:
    """The i-th claim; odd ones are stochastic."""
    check = "tolerance = { abs = 0.5 }\nseeds = 16" if i % 2 else 'tolerance = "exact"'
    return CLAIM.format(i=i, wrong=i + 1, measure="spread" if i % 2 else "constant", check=check)


def write_specs(root: Path, claims: int) -> None:
    """A project of so many claims, a hundred a file."""
    folder = root / "specs" / "synthetic"
    folder.mkdir(parents=True)
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "experiments.py").write_text(EXPERIMENTS)
    (folder / "document.toml").write_text(DOCUMENT)
    for first in range(0, claims, A_FILE):
        head = f'schema = 1\nsection = "From {first}"\nposition = {first}\n'
        body = "".join(claim_text(i) for i in range(first, min(first + A_FILE, claims)))
        (folder / f"from_{first:06}.toml").write_text(head + body)


def write_records(root: Path) -> None:
    """The record that measuring would leave for each claim, so that judging and rendering have their material."""
    from repro.config import find_config
    from repro.engine.session import Session
    from repro.spec.loading import load_suite

    config = find_config(root)
    session = Session(config, load_suite(config))
    provenance = session.provenance(())
    for claim in session.suite.claims:
        i = claim.spec.args["i"]
        seeds = claim.spec.seeds or 0
        work = session.claim_work(claim, "numpy")
        measured = [i + 0.01 * (seed % 7) for seed in range(seeds)] if seeds else i
        session.store.write(
            work.name,
            {
                "result": {"measured": measured, "seeds": seeds},
                "error": None,
                "seconds": 0.001,
                "fingerprint": work.fingerprint,
                "provenance": provenance,
            },
        )


def repro(root: str, *arguments: str) -> None:
    """Run one command of the harness in that project, as a process of its own."""
    subprocess.run([sys.executable, "-m", "repro", *arguments], cwd=root, check=True, stdout=subprocess.DEVNULL)


class Start:
    """What every command pays."""

    def time_help(self) -> None:
        """`repro --help`."""
        repro(".", "--help")


class Warm:
    """A suite of 300 claims, about as many as the ledger has rows, with nothing left to measure."""

    def setup_cache(self) -> str:
        """Write the project once; asv hands its path to every benchmark of the class."""
        root = Path("warm").absolute()
        write_specs(root, 300)
        write_records(root)
        return str(root)

    def time_run(self, root: str) -> None:
        """`repro run`."""
        repro(root, "run")


class TenThousand:
    """Ten thousand claims."""

    timeout = 600
    number = 1
    repeat = 3
    warmup_time = 0

    def setup_cache(self) -> str:
        """Write the project and its records once."""
        root = Path("ten-thousand").absolute()
        write_specs(root, 10_000)
        write_records(root)
        return str(root)

    setup_cache.timeout = 600  # type: ignore[attr-defined]

    def time_list(self, root: str) -> None:
        """`repro list`."""
        repro(root, "list")

    def time_judge_and_render(self, root: str) -> None:
        """`repro report`."""
        repro(root, "report")
