"""A trace compiled once and run many times: the gradient as straight-line Python.

Recording costs far more than the arithmetic it records. For a program without branches the trace is the same at every
point, so its forward operations and the reverse sweep over them can be written out as Python source, once:

    def value_and_gradient(x1, x2):
        v1 = log(x1)
        v2 = x1 * x2
        v3 = sin(x2)
        v4 = v1 + v2
        v5 = v4 - v3
        ...

The sweep adds up the same products in the same order as `tape`, so both give the same floats. Nothing is shared or
simplified but factors of 1 and -1.

The source is built from integers, the `repr` of finite floats and the fixed templates of `trace.RULES`, and only such
source is ever executed: no text of the caller's reaches `exec`.

Source: columbia-deep-learning, slide NOTES ON AUTOMATIC DIFFERENTIATION (symbolic rules, numbers from the execution).
"""

import math
from collections import Counter
from collections.abc import Callable

from implementations.autodiff.elementary import Number
from implementations.autodiff.trace import RULES, Step, Trace, record

Compiled = Callable[..., tuple[float, tuple[float, ...]]]


def compile_gradient(f: Callable[..., Number], n_inputs: int) -> Compiled:
    """A function of `n_inputs` floats that returns f and the tuple of its partial derivatives.

    ValueError where f branches on a value, for another point could then take another branch, or holds a constant that is
    not finite; TypeError where it does not return a number that depends on its arguments.
    """
    namespace: dict[str, Compiled] = {}
    allowed = {"__builtins__": {}} | {
        name: getattr(math, name) for name in ("cos", "exp", "log", "sin", "sqrt", "tanh")
    }
    exec(gradient_source(f, n_inputs), allowed, namespace)  # noqa: S102  # our own text, see above
    return namespace["value_and_gradient"]


def gradient_source(f: Callable[..., Number], n_inputs: int) -> str:
    """The Python source of what `compile_gradient` returns; the same errors."""
    trace = record(f, [math.nan] * n_inputs)  # a point that no operation rejects: the values are not used
    if trace.branches:
        raise ValueError("the function branches on a value: its trace holds for one point only and cannot be compiled")
    inputs = [_name(trace, row) for row in range(n_inputs)]
    lines = [f"def value_and_gradient({', '.join(inputs)}):"]
    for row, step in enumerate(trace.steps, start=n_inputs):
        lines.append(f"    {_name(trace, row)} = {RULES[step.op].primal.format(**_operands(trace, step, row))}")
    sweep, adjoints = _reverse_sweep(trace)
    lines += [f"    {line}" for line in sweep]
    partials = "".join(f"{adjoints.get(row, '0.0')}, " for row in range(n_inputs))
    lines.append(f"    return {_name(trace, trace.output)}, ({partials})")
    return "\n".join(lines) + "\n"


def _reverse_sweep(trace: Trace) -> tuple[list[str], dict[int, str]]:
    """The statements of the sweep, and for each row that the output depends on the expression of its adjoint."""
    live = _rows_that_matter(trace)
    uses = Counter(row for later in live for row in _rows_used(trace, later))
    lines: list[str] = []
    adjoints = {trace.output: "1.0"}
    for row in sorted(live, reverse=True):
        if row < trace.n_inputs:
            continue
        step = trace.steps[row - trace.n_inputs]
        for operand, partial in zip(step.operands, RULES[step.op].partials, strict=False):
            if not isinstance(operand, int):
                continue
            term = _product(adjoints[row], partial.format(**_operands(trace, step, row)))
            if operand in adjoints:
                lines.append(f"{adjoints[operand]} += {term}")
            elif uses[operand] == 1 and term.replace(".", "").isalnum():
                adjoints[operand] = term  # the adjoint of another row, unchanged: no statement needed
            else:
                adjoints[operand] = f"a{operand}"
                lines.append(f"a{operand} = {term}")
    return lines, adjoints


def _rows_that_matter(trace: Trace) -> set[int]:
    live = {trace.output}
    for row in range(len(trace.values) - 1, trace.n_inputs - 1, -1):
        if row in live:
            live.update(_rows_used(trace, row))
    return live


def _rows_used(trace: Trace, row: int) -> list[int]:
    if row < trace.n_inputs:
        return []
    return [operand for operand in trace.steps[row - trace.n_inputs].operands if isinstance(operand, int)]


def _name(trace: Trace, row: int) -> str:
    return f"x{row + 1}" if row < trace.n_inputs else f"v{row + 1 - trace.n_inputs}"


def _operands(trace: Trace, step: Step, row: int) -> dict[str, str]:
    filled = {"v": _name(trace, row)}
    for letter, operand in zip("ab", step.operands, strict=False):
        if isinstance(operand, int):
            filled[letter] = _name(trace, operand)
        elif math.isfinite(operand):
            filled[letter] = f"({operand!r})" if operand < 0 else repr(operand)
        else:
            raise ValueError(f"the constant {operand} cannot be compiled")
    return filled


def _product(adjoint: str, partial: str) -> str:
    """adjoint * partial as text, with factors of 1 and -1 left out; neither changes the float that results."""
    if adjoint == "1.0":
        return partial
    if partial == "1.0":
        return adjoint
    if partial == "-1.0":
        return f"-{adjoint}"
    return f"{adjoint} * ({partial})" if " " in partial or partial.startswith("-") else f"{adjoint} * {partial}"
