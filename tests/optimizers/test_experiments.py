"""The experiments: seeds in any order, closed forms, second routes, and figures that are plain data."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from implementations.optimizers import (
    experiments,
    experiments_noise,
    experiments_overfitting,
    experiments_rules,
    figures_rules,
    figures_schedules,
    race,
)
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]

SEEDED: dict[str, Callable[[Any], Any]] = {
    "distance_to_sampled_point": lambda s: experiments.distance_to_sampled_point(s, alpha=0.4, steps=50),
    "paths": lambda s: experiments.paths(s, "inverse_time", steps=64)["y"],
    "late_spread": lambda s: experiments.late_spread(s, steps=20, window=20)["0.25"]["spread"],
    "distance_to_running_mean": lambda s: experiments.distance_to_running_mean(s, a0=0.4, steps=50),
    "distance_to_optimum": lambda s: experiments.distance_to_optimum(s, steps=64)["y"],
    "samples_saved": lambda s: experiments_noise.samples_saved(s, batch=2),
    "saddle_escape": lambda s: experiments_noise.saddle_escape(s)["single"],
    "leaves_every_saddle": lambda s: experiments_noise.leaves_every_saddle(s, steps=120)["noise everywhere"]["leaves"],
    "leaves_sharp_minimum": lambda s: experiments_noise.leaves_sharp_minimum(s, steps=500),
    "linear_test_risk": lambda s: experiments_overfitting.linear_test_risk(s, steps=50)["single"],
    "sparse_test_risk": lambda s: experiments_overfitting.sparse_test_risk(s, steps=40)["single"],
    "race": lambda s: race.gap(s, "network", steps=10),
}


@pytest.mark.parametrize("name", SEEDED)
def test_entry_i_depends_on_seed_i_alone(name: str) -> None:
    """Reversed and alone, the seeds give the same values; and different seeds do not all give one."""
    seeds = np.arange(6)
    values = SEEDED[name](seeds)
    assert np.allclose(SEEDED[name](seeds[::-1]), values[::-1], rtol=1e-9, atol=1e-12)
    assert np.allclose(SEEDED[name](seeds[4:5])[0], values[4], rtol=1e-9, atol=1e-12)
    if values.dtype != np.bool_:
        assert len(np.unique(values.reshape(6, -1)[:, -1])) > 1


def test_a_full_batch_needs_the_logarithmic_time_to_leave_the_saddle() -> None:
    """From 1e-6, growing by 1.1 a step: ln(0.5/1e-6) / ln 1.1 = 137.7 steps, and a little for the cubic term."""
    steps = experiments_noise.saddle_escape(np.arange(2))["full"]
    assert np.log(0.5 / 1e-6) / np.log(1.1) < steps[0] < np.log(0.5 / 1e-6) / np.log(1.1) + 3


def test_the_linear_networks_gradient_is_its_losss() -> None:
    """Central differences of 1/2 (x - v u x)^2; on the line u = -v it leads to the saddle at 0 and not off the line."""
    theta, x, h = streams.normal(np.arange(5), 0, 2), np.linspace(-1, 1, 5), 1e-5

    def loss(at: Array) -> Array:
        return 0.5 * (x - at[:, 0] * at[:, 1] * x) ** 2

    moved = [(loss(theta + h * e) - loss(theta - h * e)) / (2 * h) for e in np.eye(2)]
    assert np.allclose(experiments_noise.linear_network_gradient(theta, x), np.stack(moved, axis=1), atol=1e-8)
    on_line = np.tile([0.5, -0.5], (5, 1))
    down = -experiments_noise.linear_network_gradient(on_line, np.ones(5))
    assert np.array_equal(down[:, 0], -down[:, 1])
    assert np.all(down[:, 0] < 0)


def test_no_sample_leads_off_the_line_into_the_networks_saddle() -> None:
    """Simulation and the argument by invariance give one table."""
    left = experiments_noise.leaves_every_saddle(np.arange(8))
    simulated = {name: bool(cells["leaves"].all()) for name, cells in left.items()}
    assert simulated == {name: cells["leaves"] for name, cells in experiments_noise.leaves_by_symmetry().items()}


def test_expected_test_risk_matches_simulation_on_its_own_data() -> None:
    """The exact second-moment recursion, against 400 runs on each of 8 data sets that share its seeds."""
    exact = experiments_overfitting.expected_linear_test_risk(alpha=0.02, steps=60, data_sets=8)
    x, y, truth = experiments_overfitting._regressions(-1 - np.arange(8), 20, 10)
    runs = 400
    theta, full = np.zeros((8, runs, 10)), np.zeros((8, 10))
    for k in range(60):
        rows = streams.integers(np.arange(8), k, 20, runs)
        at = np.arange(8)[:, None], rows
        residual = np.einsum("srd,srd->sr", x[at], theta) - y[at]
        theta = theta - 0.02 * residual[..., None] * x[at]
        full = full - 0.02 * np.einsum("sn,snd->sd", np.einsum("snd,sd->sn", x, full) - y, x) / 20
    risk = np.sum((theta - truth) ** 2, axis=2)
    error = risk.std(axis=1).mean() / np.sqrt(8 * runs)
    assert abs(risk.mean() - exact["single"]) < 5 * error
    assert exact["full"] == pytest.approx(np.sum((full - truth) ** 2, axis=1).mean(), rel=1e-12)


@pytest.mark.parametrize(("alpha", "steps"), [(0.001, 30), (0.01, 300), (0.05, 1000)])
def test_on_linear_models_the_noise_never_lowers_the_expected_test_risk(alpha: float, steps: int) -> None:
    """Jensen's inequality, by the exact recursion: single samples are behind for every step size and time."""
    risk = experiments_overfitting.expected_linear_test_risk(alpha, steps, data_sets=4)
    assert risk["single"] > risk["full"]


def test_the_linear_model_ends_in_the_least_norm_solution() -> None:
    """Both methods, to what is left after 3000 steps: the pseudo-inverse solves the same 40 equations in 100 unknowns."""
    seeds = np.arange(3)
    x = streams.normal(seeds, 0, (40, 100), stream=1)
    truth = np.where(np.arange(100) < 5, 1.0, 0.0)
    least = (np.linalg.pinv(x) @ (x @ truth)[..., None])[..., 0]
    for risk in experiments_overfitting.sparse_test_risk(seeds, linear=True).values():
        assert np.allclose(risk, np.sum((least - truth) ** 2, axis=1), rtol=1e-6)


def test_contraction_is_what_a_long_run_shows() -> None:
    """The spectral radius, its closed form, and the shrinking of |(theta, u)| over whole turns agree for both methods."""
    measured, closed = experiments_rules.contraction(), experiments_rules.contraction_in_closed_form()
    for method in ("momentum", "nag"):
        assert measured[method]["factor"] == pytest.approx(closed[method]["factor"], rel=1e-12)
    assert closed["momentum"]["factor"] == pytest.approx(np.sqrt(0.9))
    assert closed["nag"]["factor"] == pytest.approx(0.9)
    with pytest.raises(ValueError, match="real eigenvalues"):
        experiments_rules.contraction_in_closed_form(beta=0.1)


def test_adagrads_diagonal_by_both_routes() -> None:
    """Read off the step, and from the slopes alone; Newton's has the curvatures' ratio from both starts."""
    measured, slopes = experiments_rules.diagonal_ratio(), experiments_rules.diagonal_ratio_from_slopes()
    for start, cells in slopes.items():
        assert measured[start]["ratio"] == pytest.approx(cells["ratio"], rel=1e-6)
    newton = experiments_rules.diagonal_ratio("newton")
    assert [cells["ratio"] for cells in newton.values()] == pytest.approx([0.01, 0.01])


def test_a_step_up_the_gradient_raises_each_loss_and_a_step_down_lowers_it() -> None:
    """Of every one of the seven examples, by the first-order amount and a second-order rest."""
    for sign in (1, -1):
        losses = experiments.step_along_gradient(sign, alpha=1e-3)
        assert np.all(sign * (losses["after"] - losses["before"]) > 0)
        predicted = experiments.first_order_change(sign, alpha=1e-3)
        assert losses["after"].mean() == pytest.approx(predicted["after"], abs=1e-6)
        assert losses["before"].mean() == pytest.approx(predicted["before"], rel=1e-12)


def test_inverse_time_decay_of_tensorflow_is_ours() -> None:
    """Both routes give one table, for all six argument lists."""
    pytest.importorskip("tensorflow")
    assert experiments.tensorflow_inverse_time() == experiments.written_out_inverse_time()


def test_step_lengths_are_those_of_the_unrolled_sum() -> None:
    """The recursion and the weighted sum it stands for give the same step, but for epsilon."""
    ours = experiments_rules.step_length_against_scale("rmsprop")["y"]
    assert np.allclose(experiments_rules.unrolled_step_length_against_scale()["y"], ours, rtol=1e-5)


def test_step_lengths_of_torch_are_ours() -> None:
    """The RMSprop of torch steps as far as ours at every scale of the loss."""
    pytest.importorskip("torch")
    ours = experiments_rules.step_length_against_scale("rmsprop")["y"]
    assert np.allclose(experiments_rules.torch_step_length_against_scale()["y"], ours, rtol=1e-12)


@pytest.mark.parametrize("problem", race.TASKS)
def test_the_race_is_the_same_in_torch(problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With torch's optimizers in place of ours, tuned and raced on the same few seeds, the gap is the same."""
    pytest.importorskip("torch")
    monkeypatch.setattr(race, "STEP_SIZES", race.STEP_SIZES[4:11:2])
    race.tuning.cache_clear()
    ours = race.gap(-1 - np.arange(32, 64), problem, steps=40)
    race.tuning.cache_clear()
    monkeypatch.setattr(race, "TUNING_SEEDS", race.TUNING_SEEDS + 32)
    assert race.gap_in_torch(problem, steps=40) == pytest.approx(ours.mean(), abs=1e-6)


@pytest.mark.parametrize(
    "make",
    [
        figures_schedules.counterexample_paths,
        figures_schedules.stationary_variance,
        figures_schedules.schedules,
        figures_rules.optimizer_race,
    ],
    ids=lambda make: make.__name__,
)
def test_figures_are_plain_finite_data(make: Callable[[], dict[str, Any]]) -> None:
    """JSON without NaN; x and y of one length, bands around their line, fields of their grid's shape, and a description."""
    made = make()
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert len(made["alt"]) > 40
    for panel in made["panels"]:
        assert panel["title"]
        assert panel["x_label"]
        for series in panel["series"]:
            assert len(series["x"]) == len(series["y"]) > 1
            if "low" in series:
                assert np.all(np.array(series["low"]) <= np.array(series["high"]))
            if panel.get("y_scale") == "log":
                assert min(series["y"]) > 0
        if "field" in panel:
            assert np.shape(panel["field"]["z"]) == (len(panel["field"]["y"]), len(panel["field"]["x"]))
