"""Where the printed softmax cross-entropy dies, exactly; and what the libraries do with labels and reductions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.losses import instability
from implementations.losses import losses_numpy as ref

# e^-gap rounds to 0 below half the smallest positive number of the format.
LAST_GAP = {"float32": 150 * math.log(2), "float64": 1075 * math.log(2)}


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_vanishes_where_the_format_ends(backend: str, dtype: str) -> None:
    """With subnormals kept, softmax is 0 beyond 150 log 2 (float32) or 1075 log 2 (float64), and not before."""
    if backend == "torch":
        pytest.importorskip("torch")
    assert instability.vanishing_gap(backend=backend, dtype=dtype) == pytest.approx(LAST_GAP[dtype], rel=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tensorflow_softmax_vanishes_no_later(dtype: str) -> None:
    """TensorFlow may flush subnormals: it dies between the smallest normal number over the two classes and the format's end."""
    pytest.importorskip("tensorflow")
    earliest = {"float32": 125 * math.log(2), "float64": 1021 * math.log(2)}[dtype]
    gap = instability.vanishing_gap(backend="tensorflow", dtype=dtype)
    assert earliest - 0.01 <= gap <= LAST_GAP[dtype] + 0.01


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(margin=st.floats(1e-3, 50))
def test_naive_loss_dies_beyond_the_gap_and_lives_before_it(dtype: str, margin: float) -> None:
    """Beyond the gap: NaN for a right answer, infinity for a wrong one. Before it: finite. The fused loss never dies."""
    right, wrong = np.array([1.0, 0.0], dtype), np.array([0.0, 1.0], dtype)
    beyond = np.array([0.0, -(LAST_GAP[dtype] * (1 + 1e-6) + margin)], dtype)
    before = np.array([0.0, -(LAST_GAP[dtype] * (1 - 1e-6) - margin)], dtype)
    assert np.isnan(ref.cross_entropy_as_printed(right, beyond))
    assert ref.cross_entropy_as_printed(wrong, beyond) == np.inf
    assert np.isfinite(ref.cross_entropy_as_printed(np.stack([right, wrong]), before)).all()
    assert ref.cross_entropy_from_logits(wrong, beyond) == pytest.approx(-float(beyond[1]), rel=1e-6)


@given(gap=st.floats(0, 1e30))
def test_fused_loss_survives_any_gap(gap: float) -> None:
    """Loss and gradient from logits are finite for logits up to 1e30 apart, and the wrong answer costs the gap."""
    z = np.array([0.0, -gap])
    for y in (np.array([1.0, 0.0]), np.array([0.0, 1.0])):
        assert np.isfinite(ref.cross_entropy_from_logits(y, z))
        assert np.isfinite(ref.cross_entropy_from_logits_gradient(y, z)).all()
    assert ref.cross_entropy_from_logits(np.array([0.0, 1.0]), z) == pytest.approx(
        gap + math.log1p(math.exp(-gap)), rel=1e-14
    )


@given(z=st.lists(st.floats(-30, 30), min_size=4, max_size=4), label=st.integers(0, 3))
def test_gradient_of_the_printed_code_is_softmax_minus_label(z: list[float], label: int) -> None:
    """While nothing vanishes, the chain rule through softmax and log gives the same gradient as the closed form."""
    y = ref.one_hot(np.array(label), 4)
    printed = ref.cross_entropy_as_printed_gradient(y, np.array(z))
    np.testing.assert_allclose(printed, ref.cross_entropy_from_logits_gradient(y, np.array(z)), atol=1e-14)


@pytest.mark.parametrize("backend", instability.BACKENDS)
def test_printed_code_dies_in_every_library(backend: str) -> None:
    """At a gap of 1000: loss infinite or NaN, gradient NaN in both cases; the fused loss finite in both."""
    pytest.importorskip(backend)
    loss, gradient = (instability.vanished_class(backend=backend, of=of) for of in ("loss", "gradient"))
    assert loss == {"the label": {"loss": "inf"}, "another class": {"loss": "NaN"}}
    assert gradient == {"the label": {"gradient": "NaN"}, "another class": {"gradient": "NaN"}}
    for of in ("loss", "gradient"):
        fused = instability.vanished_class(backend=backend, of=of, stable=True)
        assert {cell[of] for cell in fused.values()} == {"finite"}


@pytest.mark.parametrize("backend", instability.BACKENDS)
@pytest.mark.parametrize("classes", [2, 10])
def test_labels_run_from_zero(backend: str, classes: int) -> None:
    """Every library takes labels 0 to K - 1, refuses K and -1, and label k is column k."""
    pytest.importorskip(backend)
    ends = {"first": {"label": 0}, "last": {"label": classes - 1}}
    assert instability.accepted_labels(backend=backend, classes=classes) == ends
    assert instability.label_of_the_end_columns(classes=classes) == ends


def test_compiled_tensorflow_says_nan_for_label_k() -> None:
    """Under XLA no error can be raised: label K silently gives NaN."""
    pytest.importorskip("tensorflow")
    row = np.linspace(-1, 1, 10)[None, :]
    assert instability.sparse_loss("tensorflow, compiled", 10, row) == "NaN"
    assert instability.sparse_loss("tensorflow, compiled", 9, row) == "finite"


@pytest.mark.parametrize("labels", ["one-hot", "sparse"])
def test_tf_losses_is_the_mean_of_tf_nn(labels: str) -> None:
    """tf.losses is the batch mean of tf.nn, by value and by gradient; with a summing reduction it is neither."""
    pytest.importorskip("tensorflow")
    assert instability.equivalence(labels=labels) == "equal after the mean"
    assert instability.equivalence_by_gradient(labels=labels) == "equal after the mean"
    assert instability.equivalence(labels=labels, reduction="sum") == "different"


def test_text_of_a_number() -> None:
    """What a record of finite numbers can say of the others."""
    values = [math.nan, math.inf, -math.inf, 0.0]
    assert [instability.as_text(value) for value in values] == ["NaN", "inf", "-inf", "finite"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: instability.softmax_at_gap("abacus", 1.0, "float32"),
        lambda: instability.vanished_class(backend="abacus"),
    ],
)
def test_unknown_backend_is_an_error(call: object) -> None:
    """A backend that is not there is refused by name."""
    with pytest.raises(ValueError, match="abacus"):
        call()
