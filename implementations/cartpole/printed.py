"""What the slides print of their own runs: three logged observations, the learned table, the bounds."""

import numpy as np
from numpy.typing import NDArray

# OPENAI GYM: observations after the actions 0, 1, 1 of one episode; position, velocity, angle, angular velocity.
LOGGED_ACTIONS = (0, 1, 1)
LOGGED = np.array(
    [
        [0.00110925, -0.21506057, 0.00975978, 0.32138836],
        [-0.00319196, -0.02007896, 0.01618755, 0.0317992],
        [-0.00359354, 0.17480716, 0.01682353, -0.25573275],
    ]
)

# INTERROGATE Q: the table after learning, angle bins down, bins of angular velocity across; first for left, then for right.
LEFT = np.array(
    [[1.48386329, 2.43854066, 0.0], [100.0, 100.0, 99.99491416], [100.0, 100.0, 98.33991503], [0.0, 0.0, 0.29229841]]
)
RIGHT = np.array(
    [
        [2.10196704, 0.53150942, 7.53990426],
        [99.76560516, 100.0, 100.0],
        [99.99832557, 100.0, 100.0],
        [0.0, 0.0, 1.45032334],
    ]
)
TABLE = np.stack([LEFT, RIGHT], axis=-1)[None, None]  # (1, 1, 4, 3, 2), as the code has it


def towards_the_lean() -> NDArray[np.int64]:
    """For each of the 12 cells the action that moves the cart under the pole: left where it leans left. Where the table has no say."""
    return np.repeat([0, 0, 1, 1], 3)
