"""The activations drawn, where the printed formulas overflow, and how the libraries' own functions compare."""

from __future__ import annotations

from typing import Any

import numpy as np

from implementations.activations import activations_numpy as stable
from implementations.activations.as_printed import FORMULAS

NAMES = ("sigmoid", "tanh", "relu", "softplus")


def curves() -> dict[str, Any]:
    """The four elementwise activations and their derivatives over [-5, 5]."""
    x = np.linspace(-5, 5, 201)

    def series(suffix: str) -> list[dict[str, Any]]:
        return [
            {"label": name, "x": x.tolist(), "y": getattr(stable, name + suffix)(x).tolist(), "mark": "line"}
            for name in NAMES
        ]

    axes = {"x_label": "x", "x_scale": "linear", "y_scale": "linear"}
    return {
        "panels": [
            {"title": "Activations", "y_label": "f(x)", "series": series(""), **axes},
            {"title": "Derivatives", "y_label": "f'(x)", "series": series("_derivative"), **axes},
        ],
        "alt": "Sigmoid and tanh flatten on both sides, so their derivatives fall to zero there; relu and softplus grow like x "
        "on the right, and softplus' derivative is the sigmoid.",
    }


def overflow() -> dict[str, Any]:
    """What each printed formula returns as a program, beside its true value, at inputs of 100 and 1000 of both signs."""
    rows = []
    for name, formula in FORMULAS.items():
        for x in (-1000.0, -100.0, 100.0, 1000.0):
            cells = [f"{_at(getattr(stable, name), name, x, 'float64'):.6g}"]
            with np.errstate(all="ignore"):
                cells += [f"{_at(formula, name, x, dtype):.6g}" for dtype in ("float32", "float64")]
            rows.append([name, x, *(cell.replace("nan", "NaN") for cell in cells)])
    return {
        "table": {
            "columns": ["activation", "x", "true value", "as printed, float32", "as printed, float64"],
            "rows": rows,
        },
        "alt": "As mathematics the printed formulas hold everywhere; as programs tanh and softmax become NaN and softplus "
        "infinite once an exponential overflows: from about 89 in float32 and 710 in float64. Softmax is shown for the logits (x, 0).",
    }


def _at(function: Any, name: str, x: float, dtype: str) -> float:
    row = np.array([[x, 0.0]] if name == "softmax" else [[x]], dtype)
    return float(function(row)[0, 0])


def concordance() -> dict[str, Any]:
    """Largest difference in float64 between the reference and the libraries' functions, over three ranges of inputs."""
    import torch

    from implementations.activations import activations_tensorflow, activations_torch

    rows = []
    for name in FORMULAS:
        for low, high in ((-6, 6), (15, 40), (-1000, 1000)):
            x = np.linspace(low, high, 4000).reshape(-1, 4)
            ours = getattr(stable, name)(x)
            torchs = np.abs(activations_torch.NATIVE[name](torch.from_numpy(x)).numpy() - ours).max()
            tensorflows = np.abs(activations_tensorflow.NATIVE[name](x).numpy() - ours).max()
            rows.append([name, f"{low} to {high}", _verdict(torchs, x), _verdict(tensorflows, x)])
    return {
        "table": {"columns": ["activation", "inputs", "torch", "tensorflow"], "rows": rows},
        "alt": "The libraries agree with the printed formulas to rounding, but for torch's softplus, which returns x itself above 20: "
        "there it is up to 2.1e-9 below log(1 + e^x).",
    }


def _verdict(difference: float, x: Any) -> str:
    rounding = 8 * np.finfo(np.float64).eps * max(1.0, float(np.abs(x).max()))
    return "agrees" if difference <= rounding else f"differs by up to {difference:.2g}"
