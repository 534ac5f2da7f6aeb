"""The judge: from a printed thing and a measurement to a verdict, by pure functions without input or output.

**The rule.** Everything becomes an interval and a band of accepted numbers (`bands`). Inside: reproduced. Apart:
refuted. Across an end: the next look, and inconclusive after the last. A deterministic measurement is an interval of
one point. Inside the band is two one-sided tests of "the truth lies outside", apart from it a test of "the truth lies
inside", so each verdict has an error.

**The error.** With seeds, an interval misses the truth by chance. Let the truth lie in the band, and let every end of
the interval err with probability `tail` at every look. The claim is refuted only if an end of the interval has crossed
the truth, and to lie beyond one given end of the band it must be the one that faces it: per look at most `tail` for
each end of the band, over all looks at most

    looks x ends x tail = error of the comparison,    capacity x that error = 1 %    (union bounds: nothing need be
    independent)

for the suite (`budget`). If the truth lies outside the band, the interval must cross it on one side only to lie inside:
`reproduced` is false with at most the same probability. The price is power: what a claim can confirm at its most seeds
is foreseen and said (`foresight`).

**What it rests on.** Rates and paired rates are exact for every sample. The t interval is exact for normal values.
Strongly skewed values at few seeds err more than stated, away from their long tail and where the truth lies on the very
end of the band: for exponential values and a tail of 7e-7 it was 7e-4 at 16 seeds, 2e-4 at 64, 4e-5 at 256; for uniform
ones 6e-6 at 16 (simulated; `tests/judging/test_error_rates.py`). A claim whose truth lies inside its band by a few
standard errors has room for that. A shape is a mean or a ratio of two means (`shapes`), with the same assumption. A
truth or a text must hold for every seed: one that fails refutes it with certainty, and it is reproduced when all seeds
that may be spent agree.

`identical = true` is the claim's word that a value which the first seeds share is the value; without it, numbers that
all agree are an error from 16 seeds on and decide nothing before.

**What cannot be judged** is `Impossible`, with where, expected and got: a number that is not finite or not possible,
another shape than asked, rows, columns or names that are missing or extra, seeds that differ in number, and numbers
that ignore their seeds.
"""

from repro.judging.budget import FIRST_LOOK, capacity, looks
from repro.judging.judgement import Cell, Judgement, Outcome
from repro.judging.printed import (
    Abs,
    AtLeast,
    AtMost,
    Exact,
    Order,
    Printed,
    PrintedDigits,
    Rel,
    Shape,
    Table,
    Tolerance,
    Value,
    comparisons,
)
from repro.judging.samples import Impossible
from repro.judging.verdict import judge

__all__ = [
    "FIRST_LOOK",
    "Abs",
    "AtLeast",
    "AtMost",
    "Cell",
    "Exact",
    "Impossible",
    "Judgement",
    "Order",
    "Outcome",
    "Printed",
    "PrintedDigits",
    "Rel",
    "Shape",
    "Table",
    "Tolerance",
    "Value",
    "capacity",
    "comparisons",
    "judge",
    "looks",
]
