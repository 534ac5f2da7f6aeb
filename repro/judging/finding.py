"""One look at one comparison: the interval against the band, and the sentence that says what was found."""

from repro.judging.budget import Budget
from repro.judging.compare import Comparison, Quantity, Sameness
from repro.judging.evidence import Certain, Evidence, Interval, Rate
from repro.judging.foresight import power_of, seeds_to_settle
from repro.judging.judgement import Ends, Judgement, Outcome
from repro.judging.samples import short
from repro.judging.wording import ending_text, faithful, interval_text, power_text, rounded

READING_TAIL = 0.025  # the 95 % interval that people read
OUTCOMES: dict[str, Outcome] = {"inside": "reproduced", "outside": "refuted", "across": "inconclusive"}


def look(comparison: Comparison, n: int, budget: Budget, decide: bool = True) -> Judgement:
    """What the first n seeds (n = 0: a deterministic measurement) say; only for reading unless `decide`."""
    if isinstance(comparison, Sameness):
        return _sameness(comparison, n, budget, decide)
    return _quantity(comparison, n, budget, decide)


def _sameness(comparison: Sameness, n: int, budget: Budget, decide: bool) -> Judgement:
    """A truth or text: refuted by the first seed that differs, reproduced when all seeds that may be spent agree."""
    seen = comparison.values[: max(n, 1)]
    other = next((position for position, value in enumerate(seen) if value != comparison.expected), None)
    got = comparison.expected if other is None else seen[other]
    if other is not None:
        outcome: Outcome = "refuted" if decide else "inconclusive"
        reason = f"Expected {short(comparison.expected)}, got {short(got)}" + (f" for seed {other}" if n else "")
    else:
        outcome = "reproduced" if decide and n == (budget.max_seeds or 0) else "inconclusive"
        reason = f"Expected {short(comparison.expected)}, got it" + (f" for each of {n} seeds" if n else "")
    waiting = f"; all {budget.max_seeds} must agree" if outcome == "inconclusive" else ""
    return Judgement(
        outcome=outcome,
        documented=comparison.documented,
        measured=got if isinstance(got, str) else short(got),
        reason=f"{reason}{waiting}.",
        seeds=n,
        undecided=outcome == "inconclusive",
    )


def _quantity(comparison: Quantity, n: int, budget: Budget, decide: bool) -> Judgement:
    """A number: its interval inside the band, outside it, or across an end."""
    evidence, band = comparison.evidence(n), comparison.band
    tail = budget.tail(band.sides)
    interval = evidence.interval(tail)
    place = "across" if interval is None or not decide else band.place(*interval)
    outcome = OUTCOMES[place]
    last = n == (budget.max_seeds or 0)
    power = settle = None
    if budget.max_seeds is not None:
        power = power_of(evidence, band, comparison.printed, budget.error, budget.max_seeds)
    if outcome != "inconclusive":
        ending = ending_text(band, holds=outcome == "reproduced")
    elif last:
        settle = seeds_to_settle(evidence, band, budget.error)
        ending = _open(interval, settle)
    else:
        ending = "more seeds are needed"
    shown = None if isinstance(evidence, Certain) else interval
    measured = _measured(comparison, evidence, n, interval)
    spread = f" ({interval_text(*_floats(shown), 2 * tail)})" if shown is not None else ""
    return Judgement(
        outcome=outcome,
        documented=comparison.documented,
        measured=measured,
        reason=f"Expected {comparison.expected}, got {_got(comparison, evidence, measured)}{spread}: {ending}."
        + power_text(power, comparison.documented, budget.max_seeds or 0),
        estimate=evidence.estimate,
        interval=None if shown is None else _floats(evidence.interval(READING_TAIL)),
        decision_interval=None if shown is None else _floats(shown),
        decision_level=None if shown is None else 1.0 - 2.0 * tail,
        band=band.floats(),
        seeds=n,
        undecided=outcome == "inconclusive" and not last,
        power=power,
        seeds_to_settle=settle,
    )


def _open(interval: Interval | None, settle: int | None) -> str:
    """Why the last look decides nothing, and what would."""
    if interval is None:
        return "all seeds agree, which does not say how far off they may be"
    if settle is None:
        return "across an end of the accepted range, where no number of seeds would move it"
    return f"across an end of the accepted range; about {settle:,} seeds would settle it"


def _measured(comparison: Quantity, evidence: Evidence, n: int, interval: Interval | None) -> str:
    """The measured number for a table cell, in digits that its interval supports."""
    if comparison.describe is not None:
        return comparison.describe(n)
    if isinstance(evidence, Certain):
        return faithful(evidence.value, comparison.band)
    low, high = (evidence.estimate, evidence.estimate) if interval is None else _floats(interval)
    return rounded(evidence.estimate, (high - low) / 2)


def _got(comparison: Quantity, evidence: Evidence, measured: str) -> str:
    """What was measured, in words."""
    if isinstance(evidence, Certain):
        return measured if evidence.n == 0 else f"{measured} ({evidence.n} seeds, identical)"
    if isinstance(evidence, Rate):
        return f"{evidence.successes} successes of {evidence.n} seeds"
    if comparison.describe is not None:
        return f"{measured} over {evidence.n} seeds, {comparison.noun}{evidence.estimate:.4g}"
    return f"{comparison.noun}{measured} over {evidence.n} seeds"


def _floats(interval: Interval | None) -> Ends:
    """Both ends as floats."""
    assert interval is not None  # asked only of evidence that has one
    return float(interval[0]), float(interval[1])
