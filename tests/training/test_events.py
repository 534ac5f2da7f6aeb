"""Event files: laid out as the slides do, and every number in them read back by TensorFlow's own reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from implementations.training.loop import BINS

CURVES: dict[str, list[Any]] = {
    "train_step": [0, 10, 20],
    "train_loss": [2.3, 1.5, 0.75],
    "train_accuracy": [0.125, 0.5, 0.875],
    "test_step": [10, 20],
    "test_loss": [1.75, 1.0],
    "test_accuracy": [0.5, 0.8125],
    "test_logits": [[*range(-15, 16), *([2] * BINS)], [*range(31), *range(BINS)]],
    "seconds": [1.0],
}


def events(folder: Path) -> list[Any]:
    """Every event of the one file in a folder, by a reader that checks both checksums of every record."""
    tensorflow = pytest.importorskip("tensorflow")
    from tensorflow.core.util import event_pb2

    (file,) = folder.iterdir()
    records = tensorflow.data.TFRecordDataset(str(file))
    return [event_pb2.Event.FromString(record.numpy()) for record in records]


def scalars(found: list[Any]) -> dict[str, list[tuple[int, float]]]:
    """Tag to steps and values."""
    read: dict[str, list[tuple[int, float]]] = {}
    for event in found:
        for value in event.summary.value:
            if value.HasField("simple_value"):
                read.setdefault(value.tag, []).append((event.step, value.simple_value))
    return read


def test_every_value_is_read_back(tmp_path: Path) -> None:
    """Two folders a run, the slides' two tags in each, all steps in order."""
    pytest.importorskip("tensorboardX")
    from implementations.training.events import write_events

    train, test = write_events(tmp_path, "cnn_cf", CURVES)

    assert (train, test) == (tmp_path / "cnn_cf" / "train", tmp_path / "cnn_cf" / "test")
    for split, folder in (("train", train), ("test", test)):
        read = scalars(events(folder))
        assert read.keys() == {"summaries/accuracy", "summaries/loss"}
        for what in ("accuracy", "loss"):
            wanted = list(zip(CURVES[f"{split}_step"], CURVES[f"{split}_{what}"], strict=True))
            assert read[f"summaries/{what}"] == [(step, pytest.approx(value, rel=1e-6)) for step, value in wanted]


def test_the_histograms_hold_every_logit(tmp_path: Path) -> None:
    """Edges, counts and totals; only the test run has them."""
    pytest.importorskip("tensorboardX")
    from implementations.training.events import write_events

    train, test = write_events(tmp_path, "run", CURVES)
    histograms = [
        (event.step, value.histo) for event in events(test) for value in event.summary.value if value.HasField("histo")
    ]

    assert [step for step, _ in histograms] == CURVES["test_step"]
    for (_, histogram), flat in zip(histograms, CURVES["test_logits"], strict=True):
        assert (histogram.min, histogram.max) == (flat[0], flat[BINS])
        assert histogram.num == sum(flat[BINS + 1 :])
        assert list(histogram.bucket_limit) == flat[1 : BINS + 1]
        assert list(histogram.bucket) == flat[BINS + 1 :]
    assert not any(value.HasField("histo") for event in events(train) for value in event.summary.value)


def test_a_damaged_file_is_noticed_by_the_reader(tmp_path: Path) -> None:
    """So the tests above would see one flipped byte."""
    tensorflow = pytest.importorskip("tensorflow")
    pytest.importorskip("tensorboardX")
    from implementations.training.events import write_events

    train, _ = write_events(tmp_path, "run", CURVES)
    (file,) = train.iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(tensorflow.errors.DataLossError):
        events(train)
