"""The libraries' layers: where they are said to agree they do, where they differ it is for the stated cause, and the cure cures."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from implementations.layers import concordance, concordance_defaults
from implementations.layers import concordance_references as ref
from implementations.layers.concordance_rows import Cure, Row, Theirs, draw, points, said
from implementations.streams import streams_numpy as streams


def rows_of(library: concordance.Library) -> list[Any]:
    """The rows that a library has, with readable ids that do not name a library."""
    return [
        pytest.param(row, id=f"{row.layer}-{row.what}"[:60])
        for row in concordance.ROWS
        if getattr(row, library) is not None
    ]


def check(row: Row, library: concordance.Library) -> None:
    """Agrees at every size; or else differs, gives our result under the cause, and agrees at every size with the cure."""
    theirs: Theirs = getattr(row, library)
    plain = concordance.measure(row, library)
    assert plain.tried == len(list(concordance.results(row, library, "plain"))) > 0
    assert (plain.verdict == "agrees") == (not theirs.first)
    assert bool(plain.refused) == ("refuse" in theirs.how)
    if not theirs.first:
        assert theirs.cause is None and theirs.cure is None
        return
    assert theirs.how
    assert (theirs.cause is not None) == bool(plain.differ)
    if theirs.cause is not None:
        caused = concordance.measure(row, library, "cause")
        assert (caused.differ, caused.refused) == (0, plain.refused)
    assert theirs.cure is not None
    cured = concordance.measure(row, library, "cure")
    assert (cured.verdict, cured.tried) == ("agrees", plain.tried)


@pytest.mark.parametrize("row", rows_of("torch"))
def test_torch_layers(row: Row) -> None:
    """Each line of the torch table."""
    pytest.importorskip("torch")
    check(row, "torch")


@pytest.mark.parametrize("row", rows_of("keras"))
def test_keras_layers(row: Row) -> None:
    """Each line of the keras table."""
    pytest.importorskip("tensorflow")
    check(row, "keras")


@pytest.mark.parametrize("row", rows_of("tensorflow"))
def test_tensorflow_functions(row: Row) -> None:
    """Each line of the tensorflow table."""
    pytest.importorskip("tensorflow")
    check(row, "tensorflow")


def row_of(layer: str, what: str) -> Row:
    """The one row whose layer is this and whose text begins so."""
    (found,) = (row for row in concordance.ROWS if row.layer == layer and row.what.startswith(what))
    return found


MISTAKES = (
    ("convolution", "windows are", lambda a, p: ref.conv2d({**a, "kernel": a["kernel"][::-1, ::-1]}, p)),
    ("convolution", "SAME, stride 1", lambda a, p, pads: ref.conv2d({name: v[..., ::-1, ::-1, :, :] if name == "kernel" else v[:, ::-1, ::-1] for name, v in a.items()}, p, pads=pads)[:, ::-1, ::-1]),
    ("convolution", "two groups", lambda a, p, groups: ref.conv2d({**a, "x": a["x"][..., [0, 2, 1, 3]]}, p, groups=groups)),
    ("depthwise convolution", "what one map", lambda a, p: ref.depthwise({**a, "kernel": a["kernel"].reshape(*a["kernel"].shape[:2], 2, 3).swapaxes(2, 3)}, p)),
    ("transposed convolution", "VALID, with", lambda a, p: ref.transposed({**a, "kernel": a["kernel"][::-1]}, p)),
    ("upsampling", "bilinear, between", lambda a, p: ref.bilinear(a, p, places="corners")),
    ("max pooling", "gradient of", lambda a, p: ref.max_pool_gradient_of_ties(a, p)[:, ::-1]),
    ("average pooling", "VALID", lambda a, p: 2 * ref.average_pool(a, p)),
    ("batch norm", "training, epsilon", lambda a, p, epsilon: ref.batch_norm(a, p, epsilon=2 * epsilon)),
    ("dropout", "rate 0.2", lambda a, p, values: np.array([0.0, 1.0])),
    ("starting weights", "dense", lambda a, p, **_: np.array([1.01])),
    ("cross-entropy", "labels smoothed", lambda a, p, smoothing: ref.cross_entropy(a, p, smoothing=2 * smoothing)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "what", "mistake"), MISTAKES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_agreement_with_a_wrong_formula_would_be_seen(layer: str, what: str, mistake: Any) -> None:
    """A row on which tensorflow or keras agrees differs as soon as our formula has a usual mistake in it."""
    pytest.importorskip("tensorflow")
    row = row_of(layer, what)
    library: concordance.Library = "tensorflow" if row.tensorflow and not row.tensorflow.first else "keras"
    assert concordance.measure(row, library).verdict == "agrees"
    assert concordance.measure(replace(row, ours=mistake), library).verdict == "differs"


def test_the_smallest_case_is_the_first_that_differs() -> None:
    """SAME with stride 2 by symmetric padding: 2x2 pixels under a 3x3 kernel, none smaller (torch)."""
    pytest.importorskip("torch")
    row = row_of("convolution", "SAME with a stride, asked")
    found = concordance.measure(row, "torch")
    assert found.smallest == {"n": 2, "kernel": 3, "stride": 2}
    (theirs, ours) = next(
        (t, o) for point, t, o in concordance.results(row, "torch", "plain") if point == found.smallest
    )
    assert theirs is not None
    x, kernel = (draw(row, found.smallest)[name] for name in ("x", "kernel"))
    # One window: SAME lays it on the pixels from the corner on, symmetric padding one pixel up and left of it.
    assert np.allclose(ours[:, 0, 0], np.einsum("bijc,ijck->bk", x, kernel[:2, :2]), atol=1e-14)
    assert np.allclose(theirs[:, 0, 0], np.einsum("bijc,ijck->bk", x, kernel[1:, 1:]), atol=1e-14)


def test_sizes_come_smallest_first_and_by_the_rows_condition() -> None:
    """The grid's first name varies slowest; `where` leaves sizes out."""
    row = replace(row_of("dense", "x W"), where=lambda p: p["units"] != 2)
    assert [tuple(point.values()) for point in points(row)][:4] == [(1, 1), (1, 3), (1, 4), (2, 1)]
    assert said({"n": 4, "kernel": 3}) == "4x4, kernel 3"


@pytest.mark.parametrize("row", concordance.ROWS, ids=lambda row: f"{row.layer}-{row.what}"[:60])
def test_only_windows_that_do_not_fit_are_left_out(row: Row) -> None:
    """Our function has an answer at every other size of every row, and for at least one."""
    answered = 0
    for point in points(row):
        try:
            row.ours(draw(row, point), point, **row.settings)
            answered += 1
        except ValueError:
            assert max(point.get("kernel", 0), point.get("window", 0)) > point["n"]
            assert row.settings.get("pads", "valid") == "valid"
    assert answered


def test_every_row_may_ask_for_the_same_arrays() -> None:
    """The arrays of a size are the same whoever asks, and those of different names differ."""
    row = row_of("dense", "x W")
    point = {"inputs": 3, "units": 3}
    one, two = draw(row, point), draw(row, point)
    assert all(np.array_equal(one[name], two[name]) for name in one)
    assert not np.array_equal(one["x"], one["W"])


def test_difference_and_first_entry() -> None:
    """A share of our largest number above one; another shape is infinitely far."""
    ours = np.array([1.0, 4.0])
    assert concordance.difference(np.array([1.0, 3.0]), ours) == pytest.approx(0.25)
    assert concordance.difference(np.array([0.25]), np.array([0.5])) == pytest.approx(0.25)
    assert concordance.difference(np.zeros(3), ours) == np.inf
    assert concordance.first_entry(np.array([1.0, 3.0]), ours, 1e-12) == "3 for 4"
    assert concordance.first_entry(np.zeros((1, 2, 3, 1)), np.zeros((1, 3, 3, 1)), 1e-12) == "size 2x3 for 3x3"
    assert concordance.first_entry(np.array([1.0, 4.00004]), ours, 1e-12) == "4.00004 for 4"


def test_verdicts_count_sizes() -> None:
    """What differs weighs more than what is refused; both are counted."""
    found = concordance.Found(16, 3, 12, 1.0, {"n": 1}, "1 for 2")
    assert (found.verdict, found.sizes) == ("differs", "differs at 3, refuses 12 of 16")
    assert found._replace(differ=0).sizes == "refuses 12 of 16"
    assert found._replace(differ=0, refused=0).sizes == "agrees at 16 of 16"


def test_a_number_that_is_none_differs() -> None:
    """NaN is a difference, not an agreement, and is shown (torch)."""
    pytest.importorskip("torch")
    assert concordance.difference(np.array([np.nan, 1.0]), np.ones(2)) == np.inf
    row = row_of("dense", "x W")
    broken = replace(row, ours=lambda a, p: np.full((3, p["units"]), np.nan))
    found = concordance.measure(broken, "torch", "cure")
    assert found.differ == found.tried
    assert found.entry.endswith("for nan")


def test_the_table_of_all_has_one_line_a_row_and_one_column_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Agreement, difference, refusal and a missing layer, in the order of the rows (torch, tensorflow)."""
    pytest.importorskip("torch")
    pytest.importorskip("tensorflow")
    chosen = (
        next(row for row in concordance.ROWS if row.what == "SAME with a stride" and row.layer == "convolution"),
        row_of("average pooling", "at the border"),
        row_of("local response norm", "AlexNet's formula with"),
    )
    monkeypatch.setattr(concordance, "ROWS", chosen)
    lines = concordance.overview()["table"]["rows"]
    assert [line[3:] for line in lines] == [
        ["refuses: pad", "agrees", "agrees"],
        ["differs: divide", "agrees", "agrees"],
        ["differs: scale the sum of squares", "-", "agrees"],
    ]
    table = concordance.table("keras")["table"]
    assert [line[0] for line in table["rows"]] == ["convolution", "average pooling"]
    assert [line[3] for line in table["rows"]] == ["agrees at 48 of 48", "agrees at 12 of 12"]
    assert all(len(line) == len(table["columns"]) for line in table["rows"])


OPERATIONS = {
    "conv2d": {"pads": "pad"},
    "conv2d_laid_out": {"axes": "read the kernel"},
    "transposed": {"size": "size of the output", "extra": "size of the output"},
    "transposed_same": {"odd_pixel": "crop"},
    "bilinear": {"places": "place the pixels"},
    "max_pool": {"pads": "pad", "zeros_count": "pad"},
    "max_pool_halving": {"sees_the_edge": "choose the windows"},
    "max_pool_of_a_numpy_array": {"shortened": "convert the array"},
    "average_pool": {"zeros_count": "divide"},
    "subsample": {"trained": "scale"},
    "dense": {"turned": "read the weights"},
    "flatten": {"maps_first": "order of the axes"},
    "softmax": {"axis": "choose the axis"},
    "cross_entropy": {"averaged": "average"},
    "at_value": {"threshold": "compare with the threshold"},
    "slope_at_zero": {"slope": "gradient of a tie"},
    "batch_norm": {"axis": "choose the axes of the mean", "epsilon": "add epsilon to the variance"},
    "kept_mean": {"stays": "mix old and new"},
    "kept_variance": {"unbiased": "variance to keep"},
    "local_response_norm": {
        "size": "sum the squares",
        "alpha": "scale the sum of squares",
        "k": "add k",
        "beta": "raise to beta",
    },
}
"""Which operation each setting of a cause replaces, in the order in which the layer carries them out."""


def caused_rows() -> list[Any]:
    """(row, library's entry) wherever a cause replaces operations, not numbers known beforehand."""
    return [
        pytest.param(row, theirs, id=f"{row.layer}-{row.what}-{column}"[:90])
        for row in concordance.ROWS
        for column, theirs in enumerate((row.torch, row.keras, row.tensorflow))
        if theirs and theirs.cause and row.ours.__name__ in OPERATIONS
    ]


@pytest.mark.parametrize(("row", "theirs"), caused_rows())
def test_the_first_operation_named_is_the_first_that_is_replaced(row: Row, theirs: Theirs) -> None:
    """A cause lists its operations in the layer's order; replacing the first alone, the named one, changes our result."""
    assert theirs.cause is not None
    operations = OPERATIONS[row.ours.__name__]
    assert [name for name in operations if name in theirs.cause] == list(theirs.cause)
    first = next(iter(theirs.cause))
    assert operations[first] == theirs.first

    def changes(point: Any) -> bool:
        arrays = draw(row, point)
        try:
            plain = row.ours(arrays, point, **row.settings)
            changed = row.ours(arrays, point, **{**row.settings, first: theirs.cause[first]})  # type: ignore[index]
        except ValueError:
            return False
        return concordance.difference(changed, plain) > row.tolerance

    assert any(map(changes, points(row)))


def test_rows_have_names_of_their_own_and_layers_stand_together() -> None:
    """No two rows share layer and text, and a layer's rows follow each other: links and reading order stay."""
    names = [(row.layer, row.what) for row in concordance.ROWS]
    assert len(set(names)) == len(names)
    layers = [row.layer for row in concordance.ROWS]
    assert sum(a != b for a, b in pairwise(layers)) + 1 == len(set(layers))


def test_a_cure_never_changes_what_is_asked_of_us() -> None:
    """Cures are settings of the library alone, and say so in words."""
    cures = [theirs.cure for row in concordance.ROWS for theirs in (row.torch, row.keras, row.tensorflow) if theirs]
    assert all(isinstance(cure, Cure) and cure.text and (cure.settings or cure.call) for cure in cures if cure)


def test_alpha_dropout_keeps_mean_zero_and_variance_one() -> None:
    """Of a standard normal input, at every rate: what makes its two constants what they are."""
    for rate in (0.1, 0.2, 0.5):
        dropped, kept = ref.alpha_dropout_of_ones(rate)
        limit = 1.0507009873554805 * 1.6732632423543772
        a = (kept - dropped) / (1 + limit)
        b = kept - a
        assert (1 - rate) * b + rate * dropped == pytest.approx(0, abs=1e-15)
        assert (1 - rate) * (a**2 + b**2) + rate * dropped**2 == pytest.approx(1)


def test_the_standard_error_of_a_deviation_of_uniform_numbers() -> None:
    """1 / sqrt(5 N) of itself, the bound of the rows on starting weights, is what 4000 samples of 50 show."""
    samples = 2 * streams.uniform(np.arange(4000), 0, 50) - 1
    deviations = np.sqrt(np.mean(samples**2, axis=1)) * np.sqrt(3)
    assert deviations.std() == pytest.approx(1 / np.sqrt(5 * 50), rel=0.06)  # five standard errors of a deviation


def test_defaults_are_read_from_the_libraries() -> None:
    """What fresh layers hold is what the table of defaults says (torch, keras)."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("tensorflow")
    import keras

    rows = {(row[0], row[1].split(" (")[0]): row[2:] for row in concordance_defaults.table()["table"]["rows"]}
    norm, keras_norm = torch.nn.BatchNorm2d(1), keras.layers.BatchNormalization()
    assert [float(cell) for cell in rows["batch norm", "epsilon"][1:3]] == [norm.eps, keras_norm.epsilon]
    assert [float(cell) for cell in rows["batch norm", "momentum"][1:3]] == [norm.momentum, keras_norm.momentum]
    assert float(rows["softplus", "threshold"][1]) == torch.nn.Softplus().threshold
    assert rows["local response norm", "alpha"] == ["0.0001", "0.0001", "-", "1"]
    assert rows["dropout", "share that is dropped"][2] == "must be given"
