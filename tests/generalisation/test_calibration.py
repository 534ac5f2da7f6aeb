"""Calibration: probabilities that are right as often as they say, temperatures that are known, ensembles that cannot be worse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.generalisation.calibration import ensemble, log_loss, reliability, temperature

GENERATOR = np.random.default_rng(1)
Z = 2 * GENERATOR.normal(size=(20_000, 5))


def probabilities(z: np.ndarray) -> np.ndarray:
    """Softmax, written out once more."""
    e = np.exp(z)
    return np.asarray(e / e.sum(axis=1, keepdims=True))


Y = np.array([GENERATOR.choice(5, p=p) for p in probabilities(Z)])  # labels drawn from what Z says


def test_labels_drawn_from_the_probabilities_are_calibrated() -> None:
    """The expected calibration error is what 20,000 draws leave by chance; twice as sharp logits have a large one."""
    assert reliability(probabilities(Z), Y).error < 0.015
    assert reliability(probabilities(2 * Z), Y).error > 0.1


@given(st.floats(0.2, 5))
def test_the_temperature_is_found(factor: float) -> None:
    """Logits that were multiplied by a factor need that temperature, up to the chance in the labels."""
    assert temperature(factor * Z, Y) == pytest.approx(factor, rel=0.05)


def test_the_temperature_s_loss_is_the_least() -> None:
    """A little more or less is worse."""
    t = temperature(3 * Z, Y)
    best = log_loss(probabilities(3 * Z / t), Y)
    assert all(log_loss(probabilities(3 * Z / (t * change)), Y) > best for change in (0.98, 1.02))


def test_reliability_by_hand() -> None:
    """Three images in two bins of five: shares, confidences, accuracies and the error."""
    p = np.array([[0.9, 0.1], [0.95, 0.05], [0.45, 0.55]])
    found = reliability(p, np.array([0, 1, 1]), bins=5)
    np.testing.assert_allclose(found.share, [1 / 3, 2 / 3])
    np.testing.assert_allclose(found.confidence, [0.55, 0.925])
    np.testing.assert_allclose(found.accuracy, [1, 0.5])
    assert found.error == pytest.approx((0.45 + 2 * 0.425) / 3)
    assert reliability(np.array([[1.0, 0.0]]), np.array([0])).error == 0  # confidence 1 falls into the last bin


def test_an_ensemble_s_loss_is_at_most_the_mean_of_its_members() -> None:
    """-log is convex (Jensen), whatever the members and labels."""
    members = np.stack([probabilities(GENERATOR.normal(size=(50, 5))) for _ in range(4)])
    y = GENERATOR.integers(0, 5, 50)
    assert log_loss(ensemble(members), y) <= np.mean([log_loss(p, y) for p in members])


def test_bins_are_needed() -> None:
    """No bins are refused."""
    with pytest.raises(ValueError, match="bin"):
        reliability(probabilities(Z[:3]), Y[:3], bins=0)
