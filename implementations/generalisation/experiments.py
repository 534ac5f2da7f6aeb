"""What the courses say of learning from examples, measured. Equations and sources: the package's docstring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from implementations.generalisation import approximation as approximate
from implementations.generalisation import bias_variance, no_free_lunch, selection, width
from implementations.generalisation.approximation import SINE, STEP, greatest_error
from implementations.generalisation.bias_variance import POINTS, SIGMA, Fit

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Knob = Literal["degree", "steps"]
Part = Literal["squared bias", "variance", "error"]

SWEEP: dict[Knob, tuple[int, int, int]] = {"degree": (1, 6, 20), "steps": (1, 20, 10_000)}  # under, between, over
FITTED = 0.01  # the greatest error at which a function of size 1 counts as fit
UNITS = 1024


def fit(knob: Knob, setting: int) -> Fit:
    """The polynomial of that degree, or gradient descent after so many steps."""
    return bias_variance.polynomial(setting) if knob == "degree" else bias_variance.descent(setting)


def under_and_over(seeds: Seeds, knob: Knob, part: Part) -> dict[str, Array]:
    """A part of the squared error of the under-trained and of the over-trained fit; one a seed."""
    under, _, over = SWEEP[knob]
    return {
        "under": bias_variance.measured(seeds, fit(knob, under))[part],
        "over": bias_variance.measured(seeds, fit(knob, over))[part],
    }


def between_and_beyond(seeds: Seeds, knob: Knob, part: Part = "error", setting: int | None = None) -> dict[str, Array]:
    """Squared error between, and at that end of the sweep which the closed form calls the better one; one a seed.

    ``setting`` is looked at in the place of the one between.
    """
    under, middle, over = SWEEP[knob]
    between, ends = fit(knob, middle if setting is None else setting), (fit(knob, under), fit(knob, over))
    end = min(ends, key=lambda one: one.squared_bias + one.variance)
    return {name: bias_variance.measured(seeds, one)[part] for name, one in (("between", between), ("end", end))}


def unexplained_error(seeds: Seeds, degree: int = 6, against: Literal["truth", "labels"] = "truth") -> Array:
    """The squared error of fits to drawn data less bias^2 + variance from the closed form, one a seed.

    ``labels``: measured against new noisy labels, whose own variance is in neither.
    """
    found = fit("degree", degree)
    extra = SIGMA**2 if against == "labels" else 0.0
    return bias_variance.measured(seeds, found)["error"] + extra - found.squared_bias - found.variance


def variance_by_coefficients(seeds: Seeds, against: Literal["truth", "labels"] = "truth") -> dict[str, Array]:
    """The measured variance of polynomials with 1, 2, ... coefficients: y (s, m). ``labels`` adds the labels' own."""
    coefficients = np.arange(1, len(POINTS) + 1)
    variances = [bias_variance.measured(seeds, fit("degree", int(c) - 1))["variance"] for c in coefficients]
    extra = SIGMA**2 if against == "labels" else 0.0
    return {"x": coefficients.astype(np.float64), "y": np.stack(variances, axis=1) + extra}


def off_training_error(size: int = 4, everywhere: bool = False, targets: Literal["all", "smooth"] = "all") -> Any:
    """The mean error of each learner where nothing was shown; and the least and greatest that any prediction can have."""
    functions = no_free_lunch.TARGETS if targets == "all" else no_free_lunch.smooth()
    table = {
        name: {"error": no_free_lunch.mean_error(learner, size, functions, everywhere)}
        for name, learner in no_free_lunch.LEARNERS.items()
    }
    least, greatest = no_free_lunch.worst_and_best_prediction(size)
    return {**table, "any learner, at least": {"error": least}, "any learner, at most": {"error": greatest}}


def can_be_fit(units: int = UNITS, training: Literal["", "mean square"] = "") -> dict[str, dict[str, bool]]:
    """Whether networks get within ``FITTED`` of a function: explicit weights, or output weights by least squares.

    ``training = "mean square"`` judges every case by the mean of the squared error, as a training program does.
    """
    relu = approximate.relu_network
    networks = {
        "sine, relu": (relu(SINE, units), SINE, 1.0),
        "sine, tanh": (approximate.random_network(np.tanh, min(units, 64), 1, SINE), SINE, 1.0),
        "sine, square, one layer": (approximate.random_network(np.square, min(units, 64), 1, SINE), SINE, 1.0),
        "sine, square, four layers": (approximate.random_network(np.square, min(units, 64), 4, SINE), SINE, 1.0),
        "sine, identity, four layers": (approximate.random_network(np.positive, min(units, 64), 4, SINE), SINE, 1.0),
        "step, relu": (relu(STEP, units), STEP, 1.0),
        "sine on all reals, relu": (relu(SINE, units, units / 32), SINE, units / 16),
        "sine, relu, five samples": (relu(SINE, units, samples=5), SINE, 1.0),
    }
    if training:
        errors = {name: approximate.mean_square_error(g, target) for name, (g, target, _) in networks.items()}
    else:
        errors = {name: greatest_error(*case) for name, case in networks.items()}
    errors["step, relu, mean square"] = approximate.mean_square_error(networks["step, relu"][0], STEP)
    return {name: {"fits": bool(error <= FITTED)} for name, error in errors.items()}


def can_be_fit_by_bounds(units: int = UNITS) -> dict[str, dict[str, bool]]:
    """Second route: bounds on the best error, without a network. Where a lower bound exceeds ``FITTED`` no weights will do.

    relu: h^2 / 8 max |f''|. tanh: a staircase of steep units errs by half a stair, pi h. One layer of squares is a parabola, four
    are any polynomial of degree 16, as products are differences of squares: the best polynomial is a linear program. A jump of 1
    leaves 1/2; a ramp of width h that ends in it adds h / 3 to the integral of the square, h / 6 to its mean over [-1, 1]. In the
    end a relu network is a straight line, and the sine goes on. Five samples of the sine are those of the zero function.
    """
    h = 2 / units
    same_samples = bool(np.abs(approximate.sine(np.linspace(-1, 1, 5))).max() < 1e-12)
    bounds = {
        "sine, relu": h**2 / 8 * (2 * np.pi) ** 2,
        "sine, tanh": np.pi * h,
        "sine, square, one layer": approximate.best_polynomial_error(SINE, 2),
        "sine, square, four layers": approximate.best_polynomial_error(SINE, 16),
        "sine, identity, four layers": approximate.best_polynomial_error(SINE, 1),
        "step, relu": 0.5,
        "sine on all reals, relu": approximate.best_polynomial_error(SINE, 1),
        "sine, relu, five samples": 0.5 * same_samples,  # halfway between the two, which are 1 apart
        "step, relu, mean square": h / 6,
    }
    return {name: {"fits": bool(bound <= FITTED)} for name, bound in bounds.items()}


def error_by_width(activation: Literal["relu", "square"] = "relu") -> dict[str, list[float]]:
    """sup |g - sine| against the number of units of one hidden layer."""
    units = [32, 64, 128, 256, 512, 1024]
    if activation == "square":
        networks = [approximate.random_network(np.square, n, 1, SINE) for n in units[:3]]
    else:
        networks = [approximate.relu_network(SINE, n) for n in units]
    return {"x": [float(n) for n in units[: len(networks)]], "y": [greatest_error(g, SINE) for g in networks]}


def accuracy_by_width(
    run: Sequence[dict[str, dict[str, float]]], narrow: str = "20", wide: str = "64", narrow_on: str = "test"
) -> dict[str, Array]:
    """Test accuracy of a narrow and of a wide first layer from recorded runs, one a seed. ``narrow_on``: other images for one."""
    return {
        "narrow": np.array([one[narrow][narrow_on] for one in run]),
        "wide": np.array([one[wide]["test"] for one in run]),
    }


def accuracy_by_the_other_learner(runs: int = 6) -> dict[str, float]:
    """Second route: the training topic's learner and loop on other digits, the mean of a few runs."""
    from implementations.datasets.glyphs import load_glyphs
    from implementations.networks.table import Activation, Dense, Flatten, Network
    from implementations.training.learner_numpy import NumpyLearner
    from implementations.training.loop import Plan, train

    means = {}
    for name, units in (("narrow", 20), ("wide", 64)):
        rows = (Flatten(), Dense("fc1", units), Activation("relu"), Dense("fc2", 10))
        network = Network(name, name, "INFORMATION BOTTLENECKS IN NEURAL NETWORKS", (28, 28, 1), rows)
        reached = []
        for seed in range(1000, 1000 + runs):
            images = {"train": load_glyphs("train", 300, seed=seed), "test": load_glyphs("test", 500, seed=seed)}
            curves = train(NumpyLearner(network, seed), images, Plan(300, 32, test_every=300), seed)
            reached.append(curves["test_accuracy"][-1])
        means[name] = float(np.mean(reached))
    return means


def optimism_of_choosing(seeds: Seeds, fresh: bool = False, candidates: int = 20) -> Array:
    """Reported less true accuracy of the best of so many networks of true accuracy 0.9, chosen on 1,000 images."""
    return selection.optimism(seeds, candidates, 1000, 0.9, fresh)


def search_finds_what_is_not_there(seeds: Seeds, guarded: bool = False) -> NDArray[np.bool_]:
    """Whether a search over 50 settings as good as the present one, on 1,000 validation images, reports a better one."""
    return selection.search_replaces_incumbent(seeds, 50, 1000, 0.9, guarded=guarded)


def stopping_optimism(seeds: Seeds, reported: Literal["chosen by", "fresh"] = "chosen by") -> Array:
    """How much the best step's accuracy flatters on the images that chose the step; `width.stopping_optimism`."""
    return width.stopping_optimism(seeds, reported)
