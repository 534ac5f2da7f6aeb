"""The judge costs nothing beside the measurements: processor time, with room to spare on a slow machine."""

import subprocess
import sys
import time
from decimal import Decimal as D

import numpy as np
import pytest

from repro.judging import Abs, PrintedDigits, Value, judge

untraced = pytest.mark.skipif(
    sys.gettrace() is not None, reason="a tracer (coverage, a debugger) slows Python severalfold"
)


@untraced
def test_ten_thousand_deterministic_judgements() -> None:
    """10,000 numbers are judged in 2 seconds."""
    start = time.process_time()
    for i in range(10_000):
        judge(Value(D("11.652")), PrintedDigits(), 11.65207 + i * 1e-7, error=1e-5)
    assert time.process_time() - start < 2.0


@untraced
def test_a_thousand_samples_of_64_seeds() -> None:
    """1,000 samples of 64 seeds, looked at three times each, are judged in one second."""
    samples = np.random.default_rng(0).normal(0.9, 0.3, (1_000, 64)).tolist()
    start = time.process_time()
    for sample in samples:
        judge(Value(D("0.9")), Abs(D("0.05")), sample, error=1e-5, max_seeds=64)
    assert time.process_time() - start < 1.0


def test_importing_the_judge_imports_no_scipy() -> None:
    """SciPy, a fifth of a second, is imported by the first interval and not before."""
    code = (
        "import sys; from repro.judging import *; judge(Value(1), Exact(), 1, error=1e-5); "
        "sys.exit(any(name.startswith(('scipy', 'pandas', 'pydantic', 'implementations')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
