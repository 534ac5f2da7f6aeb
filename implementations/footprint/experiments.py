"""What of the slide's carbon table arithmetic can decide: its units, and its largest entry from the source's own inputs."""

from __future__ import annotations

KILOGRAMS_A_POUND = 0.45359237


def carbon_of_training(
    *, hours: float = 274_120, watts: float = 1_515.43, overhead: float = 1.58, pounds_a_kwh: float = 0.954
) -> float:
    """CO2 equivalent of a training run in pounds; ``overhead`` is the data centre's power usage effectiveness."""
    return pounds_a_kwh * overhead * hours * watts / 1000


def pounds_of_tonnes(*, unit: str = "tonne") -> dict[str, dict[str, float]]:
    """The everyday lines of the table in pounds, from the round metric figures that they are conversions of.

    0.9 t for the round trip by air, 5.0 t a year for a human life, 16.4 t a year for an American one.
    ``unit``: "tonne" (1000 kg), "short ton" (2000 lb) or "long ton" (2240 lb).
    """
    pounds = {"tonne": 1000 / KILOGRAMS_A_POUND, "short ton": 2000.0, "long ton": 2240.0}[unit]
    tonnes = {"flight": 0.9, "human life": 5.0, "American life": 16.4}
    return {line: {"pounds": pounds * mass} for line, mass in tonnes.items()}
