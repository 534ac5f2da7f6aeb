"""The networks that learn to play Atari games: one Q value for each action, from four frames.

Source: cpen400d-generative-rl, slide "Deep Q-Networks (DQN)", the table, after Mnih et al, "Playing Atari with deep reinforcement learning", 2013;
fase-deep-rl, slide "DQN in Atari", draws the network of Mnih et al, "Human-level control through deep reinforcement learning", 2015, and
gives 18 actions. The games have 4 to 18; Breakout has 4.
"""

from __future__ import annotations

from implementations.networks.table import Activation, Conv, Dense, Flatten, Network

RELU = Activation("relu")


def dqn_2013(*, actions: int = 4) -> Network:
    """16 and 32 filters, 256 units."""
    rows = (
        Conv("conv1", 16, 8, stride=4),
        RELU,
        Conv("conv2", 32, 4, stride=2),
        RELU,
        Flatten(),
        Dense("fc1", 256),
        RELU,
        Dense("q", actions),
    )
    return Network("dqn_2013", "DQN of 2013", "cpen400d-generative-rl, Deep Q-Networks (DQN)", (84, 84, 4), rows)


def dqn_2015(*, actions: int = 18) -> Network:
    """32, 64 and 64 filters, 512 units."""
    rows = (
        Conv("conv1", 32, 8, stride=4),
        RELU,
        Conv("conv2", 64, 4, stride=2),
        RELU,
        Conv("conv3", 64, 3),
        RELU,
        Flatten(),
        Dense("fc1", 512),
        RELU,
        Dense("q", actions),
    )
    return Network("dqn_2015", "DQN of 2015", "fase-deep-rl, DQN in Atari", (84, 84, 4), rows)
