"""The table of LEARNING v WITH TEMPORAL DIFFERENCES: predictions on the way home, and what TD learns from them.

Times in minutes. The reward of a stretch is the time that it took, gamma = 1, and the value of a place is the time still to go.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PLACES = (
    "leaving office",
    "reach car, raining",
    "exiting highway",
    "2ndary road, behind truck",
    "entering home street",
    "arrive home",
)
ELAPSED: Array = np.array([0.0, 5.0, 20.0, 30.0, 40.0, 43.0])
TO_GO: Array = np.array([30.0, 35.0, 15.0, 10.0, 3.0, 0.0])


def predicted_totals(elapsed: Array = ELAPSED, to_go: Array = TO_GO) -> Array:
    """Elapsed time plus predicted time to go, (6,)."""
    return elapsed + to_go


def td_errors(elapsed: Array = ELAPSED, to_go: Array = TO_GO) -> Array:
    """delta_t = r_t + V(s_{t+1}) - V(s_t) of the five stretches: each is the change of the predicted total."""
    return np.diff(elapsed) + np.diff(to_go)


def after_one_drive(alpha: float = 1.0) -> Array:
    """The six predictions of time to go after TD(0) with this step size has seen the drive once."""
    value = TO_GO.copy()
    value[:-1] += alpha * td_errors()
    return value
