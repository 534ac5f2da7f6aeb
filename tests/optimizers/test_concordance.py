"""The library optimizers: where they are said to agree they do, where they differ they do, and the cure cures."""

import importlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from implementations.optimizers import concordance, concordance_defaults
from implementations.optimizers.concordance_cases import BETA, EPSILON, KERAS, LEGACY, RHO, TORCH, Case
from implementations.optimizers.optimizers_numpy import Gradient, Nesterov, RMSprop, State

Array = NDArray[np.float64]


def named(case: Case) -> str:
    """A readable test id."""
    return "-".join(
        [case.optimizer, *(key for key, value in case.settings.items() if value is True or key == "dampening")]
    )


def check(drive: concordance.Drive, case: Case) -> None:
    """A case without `how` agrees; one with `how` differs, and agrees under its cure, to 40 steps of a few roundings."""
    plain, cured = concordance.measure(drive, case)
    assert bool(plain.first) == bool(case.how)
    assert (case.cure is not None) == bool(case.how)
    assert cured is None or cured.first == 0


@pytest.mark.parametrize("case", TORCH, ids=named)
def test_torch_optimizers(case: Case) -> None:
    """Each line of the torch table."""
    pytest.importorskip("torch")
    from implementations.optimizers.optimizers_torch import torch_path

    check(torch_path, case)


@pytest.mark.parametrize("case", KERAS, ids=named)
def test_keras_optimizers(case: Case) -> None:
    """Each line of the keras table."""
    pytest.importorskip("tensorflow")
    from implementations.optimizers.optimizers_tensorflow import keras_path

    check(keras_path, case)


@pytest.mark.parametrize("case", LEGACY, ids=named)
def test_legacy_optimizers(case: Case) -> None:
    """Each line of the table of tensorflow's old tf.train."""
    pytest.importorskip("tensorflow")
    from implementations.optimizers.optimizers_tensorflow import legacy_path

    check(legacy_path, case)


@dataclass(frozen=True)
class RMSpropInside(RMSprop):
    """RMSprop with epsilon inside the root."""

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        square, mean = state
        g = gradient(theta)
        square = self.rho * square + (1 - self.rho) * g**2
        mean = self.rho * mean + (1 - self.rho) * g
        spread = square - mean**2 if self.centred else square
        return theta - alpha * g / np.sqrt(spread + self.epsilon), (square, mean)


@pytest.mark.parametrize("centred", [False, True])
def test_keras_rmsprop_adds_epsilon_inside_the_root(centred: bool) -> None:
    """What the table says in words is the whole difference: moved inside, keras agrees without changing epsilon."""
    pytest.importorskip("tensorflow")
    from implementations.optimizers.optimizers_tensorflow import keras_path

    theta, gradients, alphas = concordance.workload()
    theirs = keras_path("RMSprop", theta, gradients, alphas, rho=RHO, epsilon=EPSILON, centered=centred)
    ours = concordance.ours(RMSpropInside(RHO, EPSILON, centred), theta, gradients, alphas)
    assert concordance.compare(theirs, ours).first == 0


def test_compare_names_the_first_step_that_differs() -> None:
    """Iterates that part at step 3 by a tenth of the way walked."""
    walk = np.arange(5.0)[:, None]
    other = walk.copy()
    other[3:] += 0.3
    found = concordance.compare(other, walk)
    assert found.first == 3
    assert found.largest == pytest.approx(0.1)
    assert concordance.compare(walk, walk) == (0, 0.0)


def test_the_look_ahead_reading_is_theta_less_beta_u() -> None:
    """Read ahead, the iterates are NAG's extrapolated points."""
    theta, gradients, alphas = concordance.workload()
    rule = Nesterov(BETA)
    plain = concordance.ours(rule, theta, gradients, alphas)
    ahead = concordance.ours(rule, theta, gradients, alphas, ahead=True)
    u = plain[:-1] - plain[1:]
    assert np.allclose(ahead[1:], plain[1:] - BETA * u, rtol=1e-15)


def test_importing_keras_leaves_the_home_folder_alone(tmp_path: Path) -> None:
    """No ~/.keras appears, and KERAS_HOME is as it was (tensorflow extra)."""
    pytest.importorskip("tensorflow")
    code = (
        "import os; from implementations.optimizers import optimizers_tensorflow as o;"
        "assert 'KERAS_HOME' not in os.environ;"
        "import numpy as np; o.keras_path('SGD', np.zeros(1), np.ones((1, 1)), np.ones(1))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_HOME"}
    root = str(Path(concordance.__file__).parents[2])
    environment |= {"HOME": str(tmp_path), "PYTHONPATH": root}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    assert not (tmp_path / ".keras").exists()


def test_defaults_are_read_from_the_libraries() -> None:
    """What a freshly made torch and keras optimizer holds is what the table of defaults says (torch, tensorflow)."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("tensorflow")
    rows = {(row[0], row[1]): row[3:] for row in concordance_defaults.table()["table"]["rows"]}
    keras = importlib.import_module("implementations.optimizers.optimizers_tensorflow").keras

    group = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))]).param_groups[0]
    config = keras.optimizers.Adam().get_config()
    expected = {
        "step size": (group["lr"], config["learning_rate"]),
        "memory of the square": (group["betas"][1], config["beta_2"]),
        "epsilon": (group["eps"], config["epsilon"]),
    }
    for what, values in expected.items():
        assert [float(cell) for cell in rows["Adam", what][:2]] == pytest.approx(values, rel=1e-6)
    assert rows["SGD", "step size"][2] == "must be given"
    assert rows["AdaGrad", "epsilon"][2] == "-"
