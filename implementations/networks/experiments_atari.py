"""What cpen400d-generative-rl prints of Atari games: how many states four frames have, and how many actions the games.

Sources: slides "So where does Deep Learning come in?" and "Deep Q-Networks (DQN)".
"""

from __future__ import annotations

from math import log10
from typing import Literal

# The seven games of the paper of 2013 that the slides follow, as the Arcade Learning Environment calls them.
GAMES = ("beam_rider", "breakout", "enduro", "pong", "qbert", "seaquest", "space_invaders")


def states_exponent(
    *, frames: int = 4, height: int = 84, width: int = 84, channels: int = 1, levels: int = 256
) -> float:
    """x where 10^x is the number of images: levels^(frames * height * width * channels), from the whole integer.

    The integer has its digits counted by exact comparison with a power of ten; only what is left, below 10, goes through a
    logarithm in floating point.
    """
    number = levels ** (frames * height * width * channels)
    exponent = int(frames * height * width * channels * log10(levels))
    power: int = 10**exponent
    while power * 10 <= number:
        power, exponent = power * 10, exponent + 1
    while power > number:
        power, exponent = power // 10, exponent - 1
    return exponent + log10(number * 10**12 // power / 10**12)


def actions_of_the_games(*, actions: Literal["minimal", "legal"] = "minimal") -> dict[str, dict[str, int]]:
    """Fewest and most actions over the seven games, and how many games there are, as the emulator counts them.

    "minimal" are the actions that do something different in a game, "legal" all that the joystick has. Needs ale_py.
    """
    from ale_py import ALEInterface, LoggerMode, roms

    ALEInterface.setLoggerMode(LoggerMode.Error)
    counts = {}
    for game in GAMES:
        emulator = ALEInterface()
        rom = roms.get_rom_path(game)
        if rom is None:
            raise FileNotFoundError(f"ale_py has no ROM of {game}")
        emulator.loadROM(rom)
        counts[game] = len(emulator.getMinimalActionSet() if actions == "minimal" else emulator.getLegalActionSet())
    return {
        "fewest": {"count": min(counts.values())},
        "most": {"count": max(counts.values())},
        "games": {"count": len(counts)},
    }
