"""The five activations: identities, high-precision values, derivatives, parity with the libraries, and the measures."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from implementations.activations import activations_numpy as stable
from implementations.activations import as_printed, experiments, figures

EPS = float(np.finfo(np.float64).eps)
ELEMENTWISE = ("sigmoid", "tanh", "relu", "softplus")
reals = st.floats(-1e4, 1e4)
moderate = st.floats(-30, 30)
rows = arrays(np.float64, (3, 4), elements=st.floats(-50, 50))


def in_decimals(name: str, x: float) -> float:
    """The printed formula with 60 digits and an exponent range that nothing here overflows."""
    with localcontext() as context:
        context.prec = 60
        d = Decimal(x)
        values = {
            "sigmoid": lambda: 1 / (1 + (-d).exp()),
            # Below 1e-20 the difference of exponentials cancels even 60 digits; the series x - x^3/3 does not.
            "tanh": lambda: 1 - 2 / (1 + (2 * d).exp()) if abs(d) > Decimal("1e-20") else d - d**3 / 3,
            "relu": lambda: max(Decimal(0), d),
            "softplus": lambda: (1 + d.exp()).ln() if d > -50 else d.exp() * (1 - d.exp() / 2),
        }
        return float(values[name]())


@pytest.mark.parametrize("name", ELEMENTWISE)
@given(x=st.one_of(moderate, reals, st.floats(-1e-3, 1e-3)))
def test_values_have_full_relative_precision(name: str, x: float) -> None:
    """Each activation is within 8 units in the last place of 60-digit arithmetic, down to the smallest normal number."""
    exact = in_decimals(name, x)
    found = float(getattr(stable, name)(np.array([x]))[0])
    assert abs(found - exact) <= 8 * EPS * abs(exact) + np.finfo(np.float64).tiny


@given(x=st.floats(-1e308, 1e308))
def test_no_finite_input_overflows(x: float) -> None:
    """Every activation and derivative of every finite input is finite, without a floating-point warning but underflow."""
    row = np.array([[x, -x, 0.0]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        functions = [getattr(stable, name) for name in ELEMENTWISE] + [stable.softmax]
        assert all(np.isfinite(function(row / 2)).all() for function in functions)


@pytest.mark.parametrize("name", ELEMENTWISE)
@given(x=moderate.filter(lambda x: abs(x) > 1e-6))
def test_derivatives_are_the_complex_step_of_the_printed_formula(name: str, x: float) -> None:
    """The closed derivative equals Im f(x + ih) / h of the formula as the slide prints it."""
    slope = as_printed.FORMULAS[name](np.array([x + 1e-30j])).imag[0] / 1e-30
    closed = getattr(stable, f"{name}_derivative")(np.array([x]))[0]
    assert closed == pytest.approx(slope, rel=1e-12, abs=1e-14)


@given(x=rows)
def test_softmax_jacobian_is_the_complex_step_of_the_printed_formula(x: np.ndarray) -> None:
    """p_i (1[i = j] - p_j) equals the complex-step Jacobian; its rows sum to zero."""
    jacobian = stable.softmax_jacobian(x)
    np.testing.assert_allclose(jacobian, experiments.jacobian(as_printed.softmax, x), atol=1e-14)
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0, atol=1e-15)


@given(x=rows, shift=st.floats(-1e3, 1e3))
def test_softmax_is_a_distribution_that_ignores_a_shift(x: np.ndarray, shift: float) -> None:
    """Softmax is positive or zero, sums to one, and softmax(x + c) = softmax(x) to the rounding of x + c."""
    p = stable.softmax(x)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=4 * EPS)
    np.testing.assert_allclose(stable.softmax(x + shift), p, rtol=4 * EPS * (50 + abs(shift)) + 8 * EPS)


@given(x=rows)
def test_log_softmax_is_the_logarithm_of_softmax(x: np.ndarray) -> None:
    """log_softmax = log(softmax) where the latter has not vanished, and x - log_sum_exp(x)."""
    np.testing.assert_allclose(stable.log_softmax(x), np.log(stable.softmax(x)), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(stable.log_softmax(x), x - stable.log_sum_exp(x), atol=2e-14)


def test_log_sum_exp_against_decimals() -> None:
    """log(e^1000 + e^999 + e^-1000) = 1000 + log(1 + e^-1), far beyond the overflow of e^1000."""
    with localcontext() as context:
        context.prec = 60
        exact = (Decimal(1000).exp() + Decimal(999).exp() + Decimal(-1000).exp()).ln()
    assert stable.log_sum_exp(np.array([[1000.0, 999.0, -1000.0]]))[0, 0] == pytest.approx(float(exact), rel=2 * EPS)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(dtype: type) -> None:
    """float32 in, float32 out: no hidden promotion."""
    x = np.array([[-2.0, 0.5]], dtype)
    names = [*ELEMENTWISE, *(f"{name}_derivative" for name in ELEMENTWISE), "softmax", "log_softmax", "log_sum_exp"]
    assert {name: getattr(stable, name)(x).dtype for name in names} == dict.fromkeys(names, np.dtype(dtype))


@pytest.mark.parametrize(
    ("name", "x", "dead"),
    [("tanh", 710.0, "nan"), ("tanh", -710.0, "nan"), ("softplus", 710.0, "inf"), ("softmax", 710.0, "nan")],
)
def test_printed_formulas_die_where_exp_overflows(name: str, x: float, dead: str) -> None:
    """e^x overflows float64 between 709 and 710: there the printed formula stops and the stable one goes on."""
    with np.errstate(all="ignore"):
        printed = as_printed.FORMULAS[name](np.array([[x, 0.0]]))[0, 0]
        alive = as_printed.FORMULAS[name](np.array([[np.sign(x) * 709.0, 0.0]]))[0, 0]
    assert str(float(printed)) == dead
    assert np.isfinite(alive)
    assert np.isfinite(getattr(stable, name)(np.array([[x, 0.0]]))).all()


@pytest.mark.parametrize("name", [*ELEMENTWISE, "softmax"])
def test_torch_computes_the_reference(name: str) -> None:
    """torch's own function agrees with the reference to 8 roundings of the largest value, below softplus' threshold of 20."""
    torch = pytest.importorskip("torch")
    from implementations.activations.activations_torch import FORMULAS, NATIVE

    x = np.linspace(-19.5, 19.5, 400).reshape(-1, 4)
    ours = getattr(stable, name)(x)
    for functions in (NATIVE, FORMULAS):
        np.testing.assert_allclose(
            functions[name](torch.from_numpy(x)).numpy(), ours, atol=8 * EPS * max(1, ours.max())
        )


def test_torch_softplus_is_linear_above_twenty() -> None:
    """torch's softplus returns x itself above 20, which is log(1 + e^-x) short: 7.6e-10 at 21."""
    torch = pytest.importorskip("torch")
    x = np.array([21.0])
    assert torch.nn.functional.softplus(torch.from_numpy(x)).item() == 21.0
    assert stable.softplus(x)[0] - 21.0 == pytest.approx(np.exp(-21.0), rel=1e-5)


@pytest.mark.parametrize("name", [*ELEMENTWISE, "softmax"])
def test_tensorflow_computes_the_reference(name: str) -> None:
    """TensorFlow's own function agrees with the reference to 8 roundings of the largest value."""
    pytest.importorskip("tensorflow")
    from implementations.activations.activations_tensorflow import FORMULAS, NATIVE

    x = np.linspace(-19.5, 19.5, 400).reshape(-1, 4)
    ours = getattr(stable, name)(x)
    for functions in (NATIVE, FORMULAS):
        np.testing.assert_allclose(functions[name](x).numpy(), ours, atol=8 * EPS * max(1, ours.max()))


def test_only_softmax_couples_the_units() -> None:
    """Four Jacobians are diagonal; softmax of two equal logits has -1/4 off the diagonal, by both routes."""
    for found in (experiments.coupling(), experiments.coupling_by_finite_change()):
        assert {name: round(cell["coupling"], 8) for name, cell in found.items()} == {
            "sigmoid": 0,
            "tanh": 0,
            "relu": 0,
            "softplus": 0,
            "softmax": 0.25,
        }


def test_coupling_is_the_product_of_the_probabilities() -> None:
    """At logits (a, b) the coupling is p1 p2 = sigmoid(a - b) sigmoid(b - a)."""
    found = experiments.coupling(logits=(1.5, -0.5))["softmax"]["coupling"]
    assert found == pytest.approx(float(np.exp(-2.0) / (1 + np.exp(-2.0)) ** 2), rel=1e-12)


def test_tanh_leaves_the_unit_interval() -> None:
    """As a gate, tanh reaches -1; the sigmoid stays within [0, 1]; 60 decimal digits agree."""
    assert experiments.gate_range()["tanh"]["low"] == -1.0
    assert experiments.gate_range()["sigmoid"]["low"] > 0
    decimals, floats = experiments.gate_range_in_decimals(), experiments.gate_range()
    assert all(abs(decimals[f][end] - floats[f][end]) < 1e-15 for f in floats for end in ("low", "high"))


def test_identities_hold_and_every_defect_breaks_one() -> None:
    """The identity table is zero to rounding, and each modelled mistake violates it by more than 0.1."""
    assert max(cell["violation"] for cell in experiments.identity_errors().values()) < 1e-14
    for defect in experiments.DEFECTS:
        assert max(cell["violation"] for cell in experiments.identity_errors(defect=defect).values()) > 0.1


def test_unknown_backend_is_named() -> None:
    """A backend that is not there is an error with its name, not a silent NumPy run."""
    with pytest.raises(ValueError, match="abacus"):
        experiments.formula_errors(backend="abacus")


def test_overflow_table_says_nan_where_exp_overflows() -> None:
    """The exhibit shows tanh as NaN at 100 in float32 and as 1 in float64."""
    cells = {(row[0], row[1]): row[3:] for row in figures.overflow()["table"]["rows"]}
    assert cells["tanh", 100.0] == ["NaN", "1"]
    assert cells["tanh", 1000.0] == ["NaN", "NaN"]
    assert cells["softplus", 100.0] == ["inf", "100"]
