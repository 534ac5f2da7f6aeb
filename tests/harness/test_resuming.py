"""A claim that costs more than seconds goes on from its last look after an interruption."""

from typing import Any

import pytest

# A mean that the judge decides late, in a process that dies once after seed 100; `calls` lists the batches that were asked for.
EXPERIMENT = """
def slow(seeds, shift=0.0):
    import os
    import numpy as np
    from pathlib import Path
    here = Path(__file__).parent
    with (here / "calls").open("a") as file:
        file.write(f"{seeds[0]}-{seeds[-1] + 1}\\n")
    if seeds[-1] > 100 and (here / "die").exists():
        os._exit(9)
    return np.array([np.random.default_rng(seed).normal(0.5 + shift, 1.0) for seed in seeds])
"""

CLAIM = {
    "measure": "'experiments:slow'",
    "value": "0.5",
    "tolerance": "{ abs = 0.35 }",
    "seeds": "1024",
    "control": "{ models = 'a shifted mean', args = { shift = 3.0 } }",
}


def _measured_twice(project: Any, cost: str) -> tuple[list[str], list[str], dict[str, Any]]:
    """Batches of the run that died, batches of the run after it, and the row of the latter."""
    project.experiment(EXPERIMENT)
    project.claims(project.claim("late", cost=f"'{cost}'", **CLAIM))
    project.write("die", "")
    first = project.run("run", "--cost", cost, "--json")
    assert first.rows[0]["outcome"] == "error"
    batches = (project.root / "calls").read_text().split()
    (project.root / "die").unlink()
    (project.root / "calls").unlink()
    second = project.run("run", "--cost", cost, "--json")
    return batches, (project.root / "calls").read_text().split(), second.rows[0]


def test_a_long_claim_goes_on_from_its_last_look(project: Any) -> None:
    """The looks before the death are not measured again, and the verdict is that of an undisturbed run."""
    before, after, row = _measured_twice(project, "standard")

    assert before == ["0-16", "16-32", "32-64", "64-128", "64-128"]  # the last one twice: a death is tried once more
    assert after[0] == "64-128"
    undisturbed = project.run("run", "--cost", "standard", "--again", "--json").rows[0]
    assert {**row, "seconds": 0} == {**undisturbed, "seconds": 0}
    assert row["outcome"] == "reproduced"
    assert not list((project.root / ".repro" / "unfinished").glob("*.json"))


def test_a_fast_claim_starts_again(project: Any) -> None:
    """Seconds are not worth a file for each look."""
    _, after, row = _measured_twice(project, "fast")

    assert after[0] == "0-16"
    assert row["outcome"] == "reproduced"


@pytest.mark.parametrize("change", ["another = 1\n", "\ndef other():\n    return 1\n"])
def test_looks_of_other_code_are_not_used(project: Any, change: str) -> None:
    """A look belongs to the source that made it."""
    project.experiment(EXPERIMENT)
    project.claims(project.claim("late", cost="'standard'", **CLAIM))
    project.write("die", "")
    project.run("run", "--cost", "standard")
    (project.root / "die").unlink()
    (project.root / "calls").unlink()
    project.experiment(change)

    project.run("run", "--cost", "standard")

    assert (project.root / "calls").read_text().split()[0] == "0-16"
