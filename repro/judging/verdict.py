"""The verdict: looks at the seeds in doubling steps, and stops at the first look that decides."""

import math
from dataclasses import replace

from repro.judging.budget import Budget, looks
from repro.judging.compare import Comparison, compare
from repro.judging.finding import look
from repro.judging.judgement import Cell, Judgement
from repro.judging.printed import Printed, Table, Tolerance
from repro.judging.samples import Rules

RANK = {"reproduced": 0, "inconclusive": 1, "refuted": 2}


def judge(
    printed: Printed,
    tolerance: Tolerance | None,
    measured: object,
    *,
    error: float,
    max_seeds: int | None = None,
    identical: bool = False,
    possible: tuple[float, float] | None = None,
) -> Judgement:
    """Judge a measurement against what is printed.

    `measured` is what the experiment returned, as JSON gives it back: scalars, lists, dicts, with one entry a seed
    along the first axis if and only if `max_seeds` is given. `error` is the budget of one comparison (0.01 / capacity).
    `identical`: where the seeds of a look all agree, the value is taken not to depend on them. `possible`: the range
    outside which no value can be.

    Raises `Impossible` where the measurement cannot be judged, `ValueError` for an error outside (0, 1) or a misplaced
    tolerance.
    """
    if not 0.0 < error < 1.0:
        raise ValueError(f"error: expected a probability between 0 and 1, got {error}")
    steps = [0] if max_seeds is None else looks(max_seeds)
    comparisons = compare(printed, tolerance, measured, Rules(max_seeds, possible, identical))
    budget = Budget(error, max_seeds)
    given = comparisons[0].given
    findings = _replay(comparisons, [n for n in steps if n <= given], budget)
    if not findings:  # fewer seeds than the first look needs: something to read, nothing to decide
        findings = [look(comparison, given, budget, decide=False) for comparison in comparisons]
    return _summary(comparisons, findings) if isinstance(printed, Table) else findings[0]


def _replay(comparisons: list[Comparison], steps: list[int], budget: Budget) -> list[Judgement]:
    """The finding on each comparison: of its first look that decides, or of the last one that was taken.

    Looking ends when all are reproduced or one is refuted: more seeds would not change the verdict.
    """
    findings: list[Judgement] = []
    for n in steps:
        findings = [
            findings[i] if findings and findings[i].outcome != "inconclusive" else look(comparison, n, budget)
            for i, comparison in enumerate(comparisons)
        ]
        outcomes = {finding.outcome for finding in findings}
        if "refuted" in outcomes or outcomes == {"reproduced"}:
            break
    return findings


def _summary(comparisons: list[Comparison], findings: list[Judgement]) -> Judgement:
    """A table takes the verdict of its worst cell, and names it."""
    worst = max(range(len(findings)), key=lambda i: (RANK[findings[i].outcome], _strain(findings[i])))
    finding, where = findings[worst], comparisons[worst]
    open_cells = [other for other in findings if other.outcome == "inconclusive"]
    powers = [other.power for other in findings if other.power is not None]
    settle = [other.seeds_to_settle for other in open_cells]
    reproduced = sum(other.outcome == "reproduced" for other in findings)
    return replace(
        finding,
        documented=f"{len(findings)} cells",
        measured=f"{reproduced} of {len(findings)} cells reproduced",
        reason=f"Worst cell, row {where.key}, column {where.column}: {finding.reason}",
        seeds=max(other.seeds for other in findings),
        cells=tuple(
            Cell(at.key, at.column, other.documented, other.measured, other.interval, other.outcome)
            for at, other in zip(comparisons, findings, strict=True)
        ),
        power=min(powers, default=None),
        seeds_to_settle=None if None in settle else max((n for n in settle if n is not None), default=None),
    )


def _strain(finding: Judgement) -> float:
    """How far the estimate lies from the middle of the band, in half-widths.

    Infinite for an exact number that is missed and a truth or text that differs.
    """
    if finding.estimate is None or finding.band is None:
        return math.inf if finding.outcome == "refuted" else 0.0
    low, high = finding.band
    assert low is not None and high is not None  # cells are values, and their bands have both ends
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    distance = abs(finding.estimate - middle)
    return distance / half if half > 0.0 else math.inf if distance else 0.0
