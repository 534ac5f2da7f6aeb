"""The losses: values against high precision, gradients against complex steps, minima by enumeration, parity with the libraries."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from implementations.losses import experiments, experiments_step, figures
from implementations.losses import losses_numpy as ref

EPS = float(np.finfo(np.float64).eps)
logits = arrays(np.float64, (3, 4), elements=st.floats(-100, 100))
vectors = arrays(np.float64, (3, 4), elements=st.floats(-100, 100))
labels = arrays(np.int64, 3, elements=st.integers(0, 3))
probabilities = st.floats(1e-6, 1 - 1e-6)


def on_the_simplex(z: np.ndarray) -> np.ndarray:
    """Rows of logits to soft labels, without the module under test."""
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


@given(z=logits, k=labels)
def test_cross_entropy_from_logits_against_decimals(z: np.ndarray, k: np.ndarray) -> None:
    """log sum_j e^(z_j - z_k) in 60 digits: the stable loss is within 10 roundings of the logits' range, relatively where it is large."""
    with localcontext() as context:
        context.prec = 60
        exact = [
            float(sum((Decimal(x) - Decimal(row[i])).exp() for x in row).ln())
            for row, i in zip(z.tolist(), k, strict=True)
        ]
    found = ref.sparse_cross_entropy_from_logits(k, z)
    np.testing.assert_allclose(found, exact, rtol=10 * EPS, atol=10 * EPS * max(1.0, float(np.ptp(z))))


@given(z=st.floats(-700, 700), y=st.sampled_from([0.0, 1.0, 0.3]))
def test_binary_cross_entropy_from_logits_against_decimals(z: float, y: float) -> None:
    """(1 - y) log(1 + e^z) + y log(1 + e^-z) in 400 digits, to 8 roundings: no cancellation for confident right answers."""
    with localcontext() as context:
        context.prec = 400
        d, label = Decimal(z), Decimal(y)
        exact = float((1 - label) * (1 + d.exp()).ln() + label * (1 + (-d).exp()).ln())
    found = float(ref.binary_cross_entropy_from_logits(np.array(y), np.array(z)))
    assert found == pytest.approx(exact, rel=8 * EPS, abs=0)


@given(z=st.floats(-30, 30), y=st.floats(0, 1))
def test_binary_loss_from_logits_is_the_loss_of_the_sigmoid(z: float, y: float) -> None:
    """The two forms agree while the sigmoid still holds both probabilities."""
    f = 1 / (1 + np.exp(-z))
    from_f = ref.binary_cross_entropy(np.array(y), np.array(f))
    # f near one has lost digits of 1 - f: relative error eps / (1 - f) in the logarithm's argument.
    bound = 8 * EPS * (1 + np.exp(abs(z)))
    assert ref.binary_cross_entropy_from_logits(np.array(y), np.array(z)) == pytest.approx(float(from_f), abs=bound)


@given(f=probabilities, y=st.floats(0, 1))
def test_two_classes_are_the_binary_loss(f: float, y: float) -> None:
    """With K = 2 the K-class cross-entropy is the binary one."""
    k_class = ref.cross_entropy(np.array([1 - y, y]), np.array([1 - f, f]))
    assert k_class == pytest.approx(float(ref.binary_cross_entropy(np.array(y), np.array(f))), rel=1e-9)


@given(z=logits, k=labels)
def test_four_names_of_one_loss(z: np.ndarray, k: np.ndarray) -> None:
    """Sparse, one-hot, and (while no probability vanishes) negative log-likelihood and the printed code agree."""
    one_hot = ref.one_hot(k, 4)
    sparse = ref.sparse_cross_entropy_from_logits(k, z)
    f = on_the_simplex(z)
    np.testing.assert_allclose(ref.cross_entropy_from_logits(one_hot, z), sparse, rtol=4 * EPS, atol=1e-300)
    np.testing.assert_allclose(ref.negative_log_likelihood(k, f), sparse, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(ref.cross_entropy(one_hot, f), sparse, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(ref.cross_entropy_as_printed(one_hot, z), sparse, rtol=1e-12, atol=1e-15)


@given(z=logits, y=logits)
def test_cross_entropy_is_entropy_plus_divergence(z: np.ndarray, y: np.ndarray) -> None:
    """Gibbs: the loss is at least the label's entropy, with equality at f = y."""
    label = on_the_simplex(y)
    entropy = ref.cross_entropy(label, label)
    assert (ref.cross_entropy_from_logits(label, z) >= entropy - 1e-12).all()
    np.testing.assert_allclose(ref.cross_entropy_from_logits(label, y), entropy, rtol=1e-12, atol=1e-12)


def test_impossible_events_cost_nothing_or_everything() -> None:
    """0 log 0 counts as 0; a certain wrong answer costs infinity; neither is NaN."""
    assert ref.binary_cross_entropy(np.array([0.0, 1.0]), np.array([0.0, 1.0])).tolist() == [0.0, 0.0]
    assert ref.binary_cross_entropy(np.array([0.0, 1.0]), np.array([1.0, 0.0])).tolist() == [np.inf, np.inf]
    assert ref.cross_entropy(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
    assert ref.cross_entropy(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == np.inf


def complex_gradient(loss: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """d loss / dx by complex steps, for a loss that is analytic at x and sums over the last axis."""
    return np.stack([loss(x + 1e-30j * unit).imag / 1e-30 for unit in np.eye(x.shape[-1])], axis=-1)


@given(z=logits, y=logits)
def test_cross_entropy_gradients_are_complex_steps(z: np.ndarray, y: np.ndarray) -> None:
    """softmax(z) - y, and -y / f, are the complex-step gradients of log-sum-exp minus y.z and of -sum y log f."""
    label = on_the_simplex(y)

    def from_logits(x: np.ndarray) -> np.ndarray:
        shift = x.real.max(axis=-1, keepdims=True)
        return np.log(np.exp(x - shift).sum(axis=-1)) + shift[..., 0] - (label * x).sum(axis=-1)

    np.testing.assert_allclose(
        ref.cross_entropy_from_logits_gradient(label, z), complex_gradient(from_logits, z), atol=1e-14
    )
    f = on_the_simplex(z / 20)
    slopes = complex_gradient(lambda x: -(label * np.log(x)).sum(axis=-1), f)
    np.testing.assert_allclose(ref.cross_entropy_gradient(label, f), slopes, rtol=1e-12)


def test_gradient_of_unnormalised_labels() -> None:
    """For labels that sum to s the gradient is s softmax(z) - y: check by central difference with s = 2."""
    y, z, h = np.array([0.5, 1.5, 0.0]), np.array([0.3, -1.0, 0.7]), 1e-6
    slopes = [
        (ref.cross_entropy_from_logits(y, z + h * e) - ref.cross_entropy_from_logits(y, z - h * e)) / (2 * h)
        for e in np.eye(3)
    ]
    np.testing.assert_allclose(ref.cross_entropy_from_logits_gradient(y, z), slopes, atol=1e-9)


@given(z=st.floats(-30, 30), f=probabilities, y=st.floats(0, 1))
def test_binary_gradients_are_complex_steps(z: float, f: float, y: float) -> None:
    """sigmoid(z) - y and (f - y) / (f (1 - f)) are the complex-step gradients of the two printed forms."""
    slope = (np.log(1 + np.exp(z + 1e-30j)) - y * (z + 1e-30j)).imag / 1e-30
    assert ref.binary_cross_entropy_from_logits_gradient(np.array(y), np.array(z)) == pytest.approx(slope, abs=1e-14)
    x = f + 1e-30j
    slope = (-y * np.log(x) - (1 - y) * np.log(1 - x)).imag / 1e-30
    # The two terms, each up to 1 / (f (1 - f)), cancel near f = y.
    assert ref.binary_cross_entropy_gradient(np.array(y), np.array(f)) == pytest.approx(
        slope, abs=8 * EPS / (f * (1 - f))
    )


@given(y=vectors, f=vectors, delta=st.floats(0.1, 10))
def test_vector_gradients_are_one_sided_bounds(y: np.ndarray, f: np.ndarray, delta: float) -> None:
    """Squared, absolute and Huber loss are convex: L(x) >= L(f) + g.(x - f) for the stated gradient g, at any x."""
    rng = np.random.default_rng(0)
    x = f + rng.normal(size=f.shape)
    for loss, gradient in (
        (ref.squared_error, ref.squared_error_gradient),
        (ref.absolute_error, ref.absolute_error_gradient),
        (lambda a, b: ref.huber(a, b, delta), lambda a, b: ref.huber_gradient(a, b, delta)),
    ):
        bound = loss(y, f) + (gradient(y, f) * (x - f)).sum(axis=-1)
        assert (loss(y, x) >= bound - 1e-9).all()


@given(y=vectors, f=vectors)
def test_vector_losses_against_loops(y: np.ndarray, f: np.ndarray) -> None:
    """Squared, mean squared, absolute and Huber (delta 1) loss, element by element in plain Python."""
    for i in range(3):
        errors = [abs(a - b) for a, b in zip(y[i].tolist(), f[i].tolist(), strict=True)]
        assert ref.squared_error(y, f)[i] == pytest.approx(sum(e * e for e in errors))
        assert ref.mean_squared_error(y, f)[i] == pytest.approx(sum(e * e for e in errors) / 4)
        assert ref.absolute_error(y, f)[i] == pytest.approx(sum(errors))
        assert ref.huber(y, f)[i] == pytest.approx(sum(e * e / 2 if e <= 1 else e - 0.5 for e in errors))


@given(error=st.floats(-50, 50), delta=st.floats(0.1, 10))
def test_huber_gradient_is_the_difference_quotient(error: float, delta: float) -> None:
    """The clipped error is the central difference of Huber's loss, across its joint too."""
    h = 1e-4
    up, down = (float(ref.huber(np.zeros(1), np.array([error + s]), delta)) for s in (h, -h))
    assert ref.huber_gradient(np.zeros(1), np.array([error]), delta)[0] == pytest.approx(
        (up - down) / (2 * h), abs=2 * h
    )


@pytest.mark.parametrize("label", [-1, 4, 100])
def test_labels_outside_the_classes_are_refused(label: int) -> None:
    """NumPy would wrap -1 round to the last class; the reference raises and names label and range."""
    with pytest.raises(ValueError, match=rf"label {label} is outside 0\.\.3"):
        ref.sparse_cross_entropy_from_logits(np.array([0, label]), np.zeros((2, 4)))
    with pytest.raises(ValueError, match=rf"label {label}"):
        ref.one_hot(np.array([label]), 4)


@given(data=st.lists(st.integers(-20, 20), min_size=1, max_size=9).filter(lambda d: len(d) % 2 == 1))
def test_l2_leads_to_the_mean_and_l1_to_the_median(data: list[int]) -> None:
    """By enumeration in tenths: L2 is least at the nearest tenth to the mean, L1 at the median (odd counts)."""
    best = experiments.best_constant(data=data)
    assert abs(best["L2"]["best"] - np.mean(data)) <= 0.05 + 1e-9
    assert best["L1"]["best"] == np.median(data)


@given(flips=st.lists(st.integers(0, 1), min_size=2, max_size=20).filter(lambda f: 0 < sum(f) < len(f)))
def test_likelihood_is_greatest_at_the_frequency(flips: list[int]) -> None:
    """By enumeration in hundredths: the best probability of a coin is the share of heads."""
    best = experiments.best_constant(flips=flips)["log-likelihood"]["best"]
    assert abs(best - np.mean(flips)) <= 0.0051


@given(targets=st.lists(st.floats(-3, 3), min_size=1, max_size=6))
def test_training_on_squared_error_ends_at_the_mean(targets: list[float]) -> None:
    """Gradient descent on the mean squared error converges to the mean, whatever the targets: error 0.8^400."""
    assert experiments_step.prediction_after_training(targets=targets) == pytest.approx(np.mean(targets), abs=1e-12)


def test_training_on_absolute_error_ends_at_the_median() -> None:
    """Sign steps of 0.02 end within one step of the median, 1, not at the mean, 0.2."""
    assert abs(experiments_step.prediction_after_training(loss="absolute") - 1) <= 0.1


def test_printed_squared_error_is_n_times_the_mean() -> None:
    """||y - f||^2 and its gradient are n times the mean's over n outputs; floats and exact rationals agree."""
    floats = experiments_step.printed_over_mean(outputs=(1, 3, 784))
    exact = experiments_step.printed_over_mean_in_fractions(outputs=(1, 3, 784))
    for n in (1, 3, 784):
        assert exact[str(n)] == {"loss": n, "gradient": n}
        assert floats[str(n)] == pytest.approx(exact[str(n)], rel=1e-12)


def test_descending_a_likelihood_lowers_it() -> None:
    """One step down log P makes the target less probable, one step up more; the negative one the other way round."""
    step = experiments_step.target_probability_after_a_step
    assert (step(direction="down"), step(direction="up")) == ("falls", "rises")
    assert (step(loss="negative log-likelihood"), experiments_step.target_probability_by_complex_step()) == (
        "rises",
        "falls",
    )
    assert not experiments_step.one_direction_serves_both()
    assert experiments_step.one_direction_serves_both(likelihood="negative log-likelihood")
    assert not experiments_step.one_direction_by_hand()


def test_minima_lie_at_the_label_and_mistakes_move_them() -> None:
    """All five enumerated minima are at the label; exchanging arguments or the sign moves some by 0.3 or more."""
    right = experiments.distance_of_the_minimum()
    assert max(cell["distance"] for cell in right.values()) < 1e-12
    for mistake in ({"swap": True}, {"sign": -1}):
        assert max(cell["distance"] for cell in experiments.distance_of_the_minimum(**mistake).values()) >= 0.3


def _framework(backend: str) -> object:
    pytest.importorskip(backend)
    return experiments.framework(backend)


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
@given(
    z=arrays(np.float64, (3, 4), elements=st.floats(-20, 20)), w=arrays(np.float64, (3, 4), elements=st.floats(-20, 20))
)
def test_libraries_compute_the_reference(backend: str, z: np.ndarray, w: np.ndarray) -> None:
    """Native and written-out losses equal the reference to 64 roundings of the largest term; those from logits, the gradients too."""
    ours = _framework(backend)
    label, f = on_the_simplex(w / 4), on_the_simplex(z / 4)
    for name, native in ours.NATIVE.items():
        y, x = (label, z) if name.endswith("logits") else (label, f) if name.endswith("cross_entropy") else (w, z)
        expected = getattr(ref, name)(y, x)
        for loss in (native, ours.WRITTEN_OUT[name]):
            found = ours.array(loss(ours.tensor(y), ours.tensor(x)))
            assert found.shape == expected.shape, name
            np.testing.assert_allclose(found, expected, rtol=64 * EPS, atol=64 * EPS * 40, err_msg=name)
            if name.endswith("logits"):
                gradient = ours.array(ours.gradient(loss, ours.tensor(y), ours.tensor(x)))
                closed = getattr(ref, f"{name}_gradient")(y, x)
                np.testing.assert_allclose(gradient, closed, atol=64 * EPS, err_msg=name)


def test_torch_caps_the_binary_loss_and_keras_clips_the_prediction() -> None:
    """A certain wrong answer costs infinity; torch says 100 and Keras -log(1e-7) = 16.1."""
    torch = pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    one, zero = np.array([1.0]), np.array([0.0])
    assert torch.nn.functional.binary_cross_entropy(torch.from_numpy(zero), torch.from_numpy(one)).item() == 100.0
    assert float(keras.losses.binary_crossentropy(one, zero)) == pytest.approx(-np.log(1e-7), rel=1e-6)
    assert float(keras.losses.categorical_crossentropy(np.array([1.0, 0.0]), np.array([0.0, 1.0]))) == pytest.approx(
        -np.log(1e-7), rel=1e-6
    )


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_libraries_rescale_probabilities_in_the_k_class_loss(backend: str) -> None:
    """The gradient in f is -y / f + 1, not -y / f: the library divides f by its sum, which is one here."""
    ours = _framework(backend)
    y, f = experiments.examples()
    found = ours.array(ours.gradient(ours.NATIVE["cross_entropy"], ours.tensor(y), ours.tensor(f)))
    np.testing.assert_allclose(found, ref.cross_entropy_gradient(y, f) + 1, rtol=1e-12)


def test_exhibits_are_finite_and_drawable() -> None:
    """Series have equal lengths and no NaN, in every panel of every figure."""
    for made in (figures.shapes(), figures.error_against_gap(), figures.two_answers()):
        for series in (series for panel in made["panels"] for series in panel["series"]):
            assert len(series["x"]) == len(series["y"])
            assert np.isfinite(series["y"]).all()


@pytest.mark.parametrize(("panel", "normal", "end"), [(0, 87.3, 103.5), (1, 708.3, 745.0)])
def test_error_figure_shows_the_cliff(panel: int, normal: float, end: float) -> None:
    """The naive line is exact to rounding while e^-gap is normal, worse beyond, and ends with the format; the fused one stays exact."""
    drawn = figures.error_against_gap()["panels"][panel]
    (gaps, errors), (fused_gaps, fused_errors) = ((np.array(s["x"]), np.array(s["y"])) for s in drawn["series"])
    rounding = 2 * np.finfo(drawn["title"]).eps
    assert errors[gaps < normal].max() < rounding
    assert errors[gaps > normal].max() > 1e4 * rounding
    assert gaps[-1] == end
    assert fused_errors.max() < rounding
    assert fused_gaps[-1] > end
