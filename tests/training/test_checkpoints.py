"""The state of a run on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from implementations.training import checkpoints

STATE = {"w": np.arange(6.0).reshape(2, 3), "t": np.array(7), "bits": np.array([1, 2], dtype=np.uint8)}


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    """Arrays of every shape and type, the number of steps, and the word on progress."""
    checkpoints.save(tmp_path / "run", STATE, 30, 100)

    found = checkpoints.load(tmp_path / "run")

    assert found is not None
    state, done = found
    assert done == 30
    assert state.keys() == STATE.keys()
    for name, array in STATE.items():
        assert state[name].dtype == array.dtype
        np.testing.assert_array_equal(state[name], array)
    assert json.loads((tmp_path / "run" / "progress.json").read_text()) == {"done": 30, "total": 100}


def test_a_state_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    """Nothing, a torn file, a foreign file and one that would need pickle: the run begins again."""
    assert checkpoints.load(tmp_path) is None
    checkpoints.save(tmp_path, STATE, 30, 100)
    whole = (tmp_path / "state.npz").read_bytes()
    for content in (b"", whole[: len(whole) // 2], whole[:-30], b"PK\x03\x04 no archive"):
        (tmp_path / "state.npz").write_bytes(content)
        assert checkpoints.load(tmp_path) is None
    np.savez(tmp_path / "state.npz", w=np.array([{"a": 1}], dtype=object), _done=np.array(1))
    assert checkpoints.load(tmp_path) is None


def test_a_failed_write_leaves_the_last_state(tmp_path: Path) -> None:
    """What cannot be written whole is not put in place."""
    checkpoints.save(tmp_path, STATE, 30, 100)
    (tmp_path / ".state.npz").mkdir()

    with pytest.raises(OSError, match="directory"):
        checkpoints.save(tmp_path, {"w": np.zeros(3)}, 40, 100)

    found = checkpoints.load(tmp_path)
    assert found is not None
    assert found[1] == 30
