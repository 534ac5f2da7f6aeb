"""Ours beside torch, tensorflow, autograd and jax: `python -m benchmarks.peers [--json FILE] [PATTERN]`.

All backends of a workload take turns, round by round, so that a busy moment of the machine hits all of them. A figure is
the median over the rounds of the CPU time of one call, on one thread; on a quiet machine that is the time on the clock.
The garbage collector runs between the measurements, not in them, as in `timeit`. Before that, results are compared: a fast
wrong answer is no answer. A library that is not installed is "not run".
"""

from __future__ import annotations

import argparse
import gc
import glob
import importlib
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
}
if __name__ == "__main__":
    os.environ.update(ONE_THREAD)  # the libraries read these when they are first imported, below

import numpy as np

from benchmarks.workload import Run, Workload

ROUNDS = 9
SECONDS_A_ROUND = 0.02  # of each backend


def workloads() -> list[Workload]:
    """Those of every `workloads_*.py` beside this file, in the order of the files' names."""
    names = sorted(Path(path).stem for path in glob.glob(str(Path(__file__).parent / "workloads_*.py")))
    return [w for name in names for w in importlib.import_module(f"benchmarks.{name}").WORKLOADS]


def prepared(workload: Workload) -> tuple[dict[str, Run], dict[str, str]]:
    """The backends that can run, each called once, and for the others why not."""
    runs: dict[str, Run] = {}
    missing: dict[str, str] = {}
    for name, factory in workload.backends.items():
        try:
            runs[name] = factory()
            runs[name]()
        except ImportError as error:
            runs.pop(name, None)
            missing[name] = f"not run: install the peers extra ({error.name or error})"
    return runs, missing


def largest_deviation(workload: Workload, runs: Mapping[str, Run]) -> float:
    """How far apart the results of the backends are, relative to the largest entry. ValueError beyond the tolerance."""
    compared = [name for name in runs if name not in workload.other_results]
    results = {name: [np.asarray(part, dtype=np.float64) for part in runs[name]()] for name in compared}
    reference = results[compared[0]]
    scale = np.max([np.abs(part).max() for part in reference])
    worst = 0.0
    for name, result in results.items():
        # NumPy's maximum of anything and NaN is NaN, and so refused below; Python's may hide it
        deviation = float(np.max([np.abs(a - b).max() for a, b in zip(reference, result, strict=True)]) / scale)
        if not deviation <= workload.tolerance:
            raise ValueError(
                f"{workload.name}: {name} differs from {compared[0]} by {deviation:.1e} of the largest entry"
            )
        worst = max(worst, deviation)
    return worst


def medians(runs: Mapping[str, Run], clock: Callable[[], float]) -> dict[str, float]:
    """Median seconds of one call of each by `clock`, measured in turns."""
    calls = {name: _calls_for(run) for name, run in runs.items()}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            seconds[name].append(_seconds_of(run, calls[name], clock))
    return {name: statistics.median(values) for name, values in seconds.items()}


def _seconds_of(run: Run, calls: int, clock: Callable[[], float]) -> float:
    repeat = range(calls)
    gc.collect()
    gc.disable()
    try:
        start = clock()
        for _ in repeat:
            run()
        return (clock() - start) / calls
    finally:
        gc.enable()


def _calls_for(run: Run) -> int:
    calls = 1
    while True:
        start = time.perf_counter()
        for _ in range(calls):
            run()
        elapsed = time.perf_counter() - start
        if elapsed > SECONDS_A_ROUND / 4:
            return max(1, round(calls * SECONDS_A_ROUND / elapsed))
        calls *= 4


def rows(workload: Workload) -> list[dict[str, Any]]:
    """One row for each backend that is not ours, and for each goal: the ratio, and what it should be."""
    runs, missing = prepared(workload)
    largest_deviation(workload, runs)
    seconds = {name: s * workload.parts.get(name, 1) for name, s in medians(runs, workload.clock).items()}
    table = []
    for goal in workload.goals:
        row: dict[str, Any] = {"workload": workload.name, "ours": goal.fast, "peer": goal.slow}
        if goal.at_most:
            row |= {"ours": goal.slow, "peer": goal.fast}
        absent = [missing[name] for name in (goal.fast, goal.slow) if name in missing]
        ratio = None if absent else seconds[goal.slow] / seconds[goal.fast]
        table.append(
            row
            | {
                "ours_us": _microseconds(seconds, row["ours"]),
                "peer_us": _microseconds(seconds, row["peer"]),
                "ratio": None if ratio is None else round(ratio, 2),
                "kind": "cost ratio, at most" if goal.at_most else "times faster, at least",
                "must": goal.must,
                "aim": goal.aim,
                "met": absent[0] if ratio is None else goal.state(ratio),
            }
        )
    first = next(iter(workload.backends))
    named = {first, *(name for goal in workload.goals for name in (goal.fast, goal.slow))}
    for name in (n for n in workload.backends if n not in named):
        row = {"workload": workload.name, "ours": first, "peer": name, "must": None, "aim": None}
        row |= {"ours_us": _microseconds(seconds, first), "peer_us": _microseconds(seconds, name)}
        ratio = seconds[name] / seconds[first] if name in seconds else None
        row |= {"ratio": None if ratio is None else round(ratio, 2), "kind": "times faster, no goal"}
        table.append(row | {"met": missing.get(name, "")})
    return table


def _microseconds(seconds: Mapping[str, float], name: str) -> float | None:
    return round(seconds[name] * 1e6, 3) if name in seconds else None


def machine() -> dict[str, Any]:
    """What the ratios depend on: the processor, the load, and the versions."""
    from importlib import metadata

    versions: dict[str, str | None] = {}
    for package in ("numpy", "torch", "tensorflow", "autograd", "jax"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = None
    return {
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "threads": 1,
        "clock": "CPU time of the process, unless a workload has another",
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "versions": versions,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def show(table: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    line = "{:<16} {:<22} {:<22} {:>10} {:>10} {:>8}  {:<24} {:>5} {:>5}  {}"
    cells = ("workload", "ours", "peer", "ours_us", "peer_us", "ratio", "kind", "must", "aim", "met")
    sys.stdout.write(line.format(*cells) + "\n")
    for row in table:
        sys.stdout.write(line.format(*("-" if row[cell] is None else str(row[cell]) for cell in cells)) + "\n")


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the JSON file asked for. 0 unless a `must` is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__.splitlines()[0])
    parser.add_argument("pattern", nargs="?", default="", help="only workloads whose name contains this")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the table here as JSON")
    options = parser.parse_args(arguments)
    table = []
    for workload in workloads():
        if options.pattern in workload.name:
            sys.stderr.write(f"measuring: {workload.says}\n")
            table += rows(workload)
    show(table)
    if options.json is not None:
        options.json.write_text(json.dumps({"machine": machine(), "rows": table}, indent=1) + "\n")
    return int(any(row["must"] is not None and row["met"] == "missed" for row in table))


if __name__ == "__main__":
    sys.exit(main())
