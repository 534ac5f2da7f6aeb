"""Local response, statistics after batch norm, and deconvolution: the measures against hand counts and their own mistakes."""

from __future__ import annotations

import numpy as np
import pytest

from implementations.layers import experiments_normalisation as normalisation
from implementations.layers import experiments_transposed as deconvolution

BACKENDS = ["numpy", "torch", "tensorflow"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_local_response_of_the_first_map(backend: str) -> None:
    """10 / (2 + 1e-4 (100 + 400 + 900))^0.75 = 5.6518, and the exact sums agree on all seven maps."""
    pytest.importorskip(backend)
    found = normalisation.local_response(backend=backend)
    assert found["1"]["response"] == pytest.approx(10 / 2.14**0.75, rel=1e-6)
    for name, row in normalisation.local_response_by_sums().items():
        assert found[name]["response"] == pytest.approx(row["response"], rel=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_batch_norm_learns_mean_and_deviation(backend: str) -> None:
    """Mean beta and variance gamma^2 in training; the library's default epsilon takes a tenth off a small variance."""
    pytest.importorskip(backend)
    after = normalisation.statistics_after_batch_norm(backend=backend)
    for unit, mean, deviation in (("1", -1.0, 0.5), ("2", 0.0, 1.5), ("3", 3.0, 2.0)):
        assert after[unit]["mean"] == pytest.approx(mean, abs=1e-9)
        assert after[unit]["variance"] == pytest.approx(deviation**2, rel=1e-9)
    lowered = normalisation.statistics_after_batch_norm(backend=backend, epsilon=1e-3)["1"]["variance"] / 0.25
    assert 0.8 < lowered < 0.95


@pytest.mark.parametrize("defect", ["unbiased", "by_example", "gamma_as_variance"])
def test_mistaken_statistics_are_seen(defect: str) -> None:
    """Each mistake moves a variance by more than a hundredth; the unbiased one by exactly 7/8."""
    after = normalisation.statistics_after_batch_norm(defect=defect)
    right = normalisation.statistics_after_batch_norm()
    assert max(abs(after[u]["variance"] / right[u]["variance"] - 1) for u in right) > 0.01
    if defect == "unbiased":
        assert after["2"]["variance"] / right["2"]["variance"] == pytest.approx(7 / 8, rel=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_inference_keeps_a_batch_in_its_place(backend: str) -> None:
    """Kept moments 1 and 4 put the batch 0, 2, 4, 6 at 2 with variance 2.8125; in training at 0.5 with 2.25."""
    pytest.importorskip(backend)
    found = normalisation.statistics_in_inference(backend=backend)
    by_hand = normalisation.statistics_in_inference_by_hand()
    assert by_hand == {"mean": {"after": 2.0}, "variance": {"after": 2.8125}}
    for name in by_hand:
        assert found[name]["after"] == pytest.approx(by_hand[name]["after"], rel=1e-9)
    trained = normalisation.statistics_in_inference(backend=backend, training=True)
    assert trained["mean"]["after"] == pytest.approx(0.5, abs=1e-9)
    assert trained["variance"]["after"] == pytest.approx(2.25, rel=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_deconvolution_is_adjoint_and_no_inverse(backend: str) -> None:
    """The gap of the transpose is rounding; those of its mistakes are not. It undoes a convolution only if orthonormal."""
    pytest.importorskip(backend)
    assert deconvolution.adjoint_gap(backend=backend) < 1e-14
    for defect in ("mirrored", "inverse", "nearest"):
        assert deconvolution.adjoint_gap(backend=backend, defect=defect) > 1e-3
    assert not deconvolution.undoes(backend=backend)
    assert deconvolution.undoes(backend=backend, orthonormal=True)


@pytest.mark.parametrize("backend", BACKENDS)
def test_backends_transpose_the_same(backend: str) -> None:
    """Each library's transposed convolution is the transpose of the matrix that its own convolution has, entry by entry."""
    pytest.importorskip(backend)
    kernel = np.random.default_rng(0).normal(size=(3, 2, 2, 3))
    pixels = np.eye(6 * 5 * 2).reshape(-1, 6, 5, 2)
    maps = deconvolution.conv2d(pixels, kernel, stride=2, backend=backend)
    units = np.eye(maps[0].size).reshape(-1, *maps.shape[1:])
    back = deconvolution.transposed(units, kernel, 2, (6, 5), backend)
    np.testing.assert_allclose(back.reshape(len(units), -1), maps.reshape(len(pixels), -1).T, atol=1e-15)


def test_unknown_backends_are_refused() -> None:
    """A backend that is not there is refused by name."""
    for function in (normalisation.local_response, normalisation.statistics_in_inference, deconvolution.adjoint_gap):
        with pytest.raises(ValueError, match="abacus"):
            function(backend="abacus")
