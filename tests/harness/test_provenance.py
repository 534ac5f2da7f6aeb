"""Where a record says that it was made."""

import subprocess
from typing import Any

import pytest

from repro.config import find_config
from repro.engine.session import Session
from repro.spec.loading import load_suite


def _commit(project: Any) -> str:
    config = find_config(project.root)
    return Session(config, load_suite(config)).provenance(())["commit"]


@pytest.fixture
def tracked(project: Any) -> Any:
    """The project under git, with one tracked result."""
    project.write("results/peers/intel.json", "{}")
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=project.root, check=True)
    return project


def test_a_renewed_result_is_no_change_of_the_code(tracked: Any) -> None:
    """The commit stands alone: what lies under results/ measures nothing."""
    tracked.write("results/peers/intel.json", '{"rows": []}')

    assert len(_commit(tracked)) == 40


def test_an_edited_experiment_is_a_change(tracked: Any) -> None:
    """The commit alone would not say what was measured."""
    tracked.experiment("def other():\n    return 1\n")

    assert _commit(tracked).endswith(" with changes")


def test_a_project_without_git_says_so(project: Any) -> None:
    """No commit is made up."""
    assert _commit(project) == "not under git"
