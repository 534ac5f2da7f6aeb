"""The law of theta carried from step to step, against runs with random numbers."""

import numpy as np
import pytest

from implementations.optimizers.experiments_noise import leaves_sharp_minimum, leaving_share_by_density


@pytest.mark.parametrize("noise", [10.0, 14.0])
def test_the_density_expects_what_the_runs_do(noise: float) -> None:
    """Both routes to the share of runs that leave agree within four standard errors of 2048 runs."""
    share = leaving_share_by_density(noise=noise, steps=1500)

    runs = leaves_sharp_minimum(np.arange(2048), noise=noise, steps=1500)

    assert abs(runs.mean() - share) < 4 * np.sqrt(share * (1 - share) / len(runs))


def test_no_mass_is_lost_and_no_noise_moves_nothing() -> None:
    """Without noise theta slides to the bottom of its own well and stays."""
    assert leaving_share_by_density(noise=0.0, steps=500) == 0.0


def test_other_batches_are_refused() -> None:
    """The law of a mean over a batch is another one."""
    with pytest.raises(ValueError, match="batch of 3"):
        leaving_share_by_density(batch=3)
