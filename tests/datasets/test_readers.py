"""The readers: the layout of each format, checked against files written by hand, and what they refuse."""

from __future__ import annotations

import io
import struct
import tarfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.datasets import catalogue, cifar, files, loading, mnist, shakespeare, svhn
from implementations.datasets.archives import Refused
from implementations.datasets.files import Damaged
from implementations.datasets.registry import dataset, registry
from implementations.datasets.samples import Images, Text, training_tensor

RANDOM = np.random.default_rng(0)


def idx(array: Any, *, magic: int | None = None) -> bytes:
    """An IDX file, written as its publishers describe it."""
    head = struct.pack(">I", 0x800 + array.ndim if magic is None else magic)
    return head + b"".join(struct.pack(">I", size) for size in array.shape) + bytes(array.tobytes())


def here(name: str) -> None:
    """Skip where this machine does not have the dataset."""
    told = catalogue.missing(name)
    if told is not None:
        pytest.skip(f"the dataset {name} is not here: {told}")


# what every reader returns


def test_images_fit_their_labels() -> None:
    """Shapes, types and the range of labels are checked once, where they are made."""
    x, y = np.zeros((3, 2, 2, 1), np.uint8), np.arange(3, dtype=np.uint8)
    assert len(Images(x, y, ("a", "b", "c"))) == 3
    wrong: list[tuple[Any, Any]] = [
        (x[0], y), (x, y[:2]), (x.astype(np.float32), y), (x, y.astype(np.int64)), (x, y + np.uint8(1)),
    ]  # fmt: skip
    for pixels, labels in wrong:
        with pytest.raises(ValueError, match="label"):
            Images(pixels, labels, ("a", "b", "c"))
    assert Images(x, y, ("a", "b", "c")).first(2).y.tolist() == [0, 1]
    for count in (-1, 4):
        with pytest.raises(ValueError, match=f"{count} of 3"):
            Images(x, y, ("a", "b", "c")).first(count)


def test_pixels_become_numbers_between_0_and_1_once() -> None:
    """Every value is within half a unit in the last place of v / 255, and what is already scaled is refused."""
    pixels = np.arange(256, dtype=np.uint8).reshape(4, 8, 8, 1)
    scaled = training_tensor(pixels)
    assert scaled.dtype == np.float32 and scaled.shape == pixels.shape
    np.testing.assert_allclose(scaled, pixels / 255.0, rtol=1e-7)
    assert (scaled.min(), scaled.max()) == (0, 1)
    with pytest.raises(ValueError, match="uint8"):
        training_tensor(scaled)  # type: ignore[arg-type]


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_text_is_its_codes_in_its_alphabet(characters: str) -> None:
    """Back and forth without loss; the alphabet is sorted and has each character once."""
    text = Text(characters)
    assert "".join(text.alphabet[code] for code in text.codes) == characters
    assert list(text.alphabet) == sorted(set(characters)) and len(text) == len(characters)
    assert text.codes.dtype == np.uint8


def test_more_than_256_characters_have_no_code() -> None:
    """A byte cannot tell them apart."""
    with pytest.raises(ValueError, match="257"):
        _ = Text("".join(map(chr, range(257)))).codes


@pytest.mark.parametrize("name", loading.LOADERS)
def test_a_split_is_train_or_test(name: str) -> None:
    """Every loader of images says so before it looks for anything."""
    with pytest.raises(ValueError, match="'train' or 'test', got 'validation'"):
        loading.load_images(name, "validation")  # type: ignore[arg-type]


def test_every_set_of_images_has_a_loader() -> None:
    """By name; any other name is told with all there are."""
    assert set(loading.LOADERS) == {name for name in registry() if not name.startswith("shakespeare")}
    with pytest.raises(ValueError, match="no set of images 'imagenet'; there are: mnist, cifar10"):
        loading.load_images("imagenet", "train")


# MNIST


def test_mnist_is_read_from_its_four_files(house: Any) -> None:
    """Training and test files are not mixed up, and every pixel lands where it was."""
    made = {
        "train-images-idx3-ubyte": RANDOM.integers(0, 256, (5, 28, 28), dtype=np.uint8),
        "train-labels-idx1-ubyte": np.array([3, 1, 4, 1, 5], np.uint8),
        "t10k-images-idx3-ubyte": RANDOM.integers(0, 256, (2, 28, 28), dtype=np.uint8),
        "t10k-labels-idx1-ubyte": np.array([9, 2], np.uint8),
    }
    source = house.dataset(*(house.file(name, idx(array)) for name, array in made.items()))
    for name, array in made.items():
        house.put(house.data / "small" / f"{name}.gz", idx(array), packed=True)
    for split, start in (("train", "train"), ("test", "t10k")):
        images = mnist.load_mnist(split, source=source)  # type: ignore[arg-type]
        assert images.x.shape[1:] == (28, 28, 1)
        np.testing.assert_array_equal(images.x[..., 0], made[f"{start}-images-idx3-ubyte"], strict=True)
        np.testing.assert_array_equal(images.y, made[f"{start}-labels-idx1-ubyte"], strict=True)


def test_images_without_labels_are_refused(house: Any) -> None:
    """Two files that were each verified may still not belong together."""
    contents = {
        "t10k-images-idx3-ubyte": idx(np.zeros((3, 28, 28), np.uint8)),
        "t10k-labels-idx1-ubyte": idx(np.zeros(2, np.uint8)),
    }
    for name, content in contents.items():
        house.put(house.data / "small" / name, content)
    source = house.dataset(*(house.file(name, content) for name, content in contents.items()))
    with pytest.raises(Damaged, match="small: 3 images and 2 labels"):
        mnist.load_mnist("test", source=source)


IMAGES = np.zeros((2, 3, 4), np.uint8)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (idx(IMAGES, magic=0x0D03), "begins 00000803, this one begins 00000d03"),
        (idx(IMAGES, magic=0x0801), "begins 00000803, this one begins 00000801"),
        (idx(IMAGES)[:3], "begins 000008$"),
        (idx(IMAGES)[:15], "ends inside its header"),
        (idx(IMAGES)[:-1], r"announces 24 bytes for \(2, 3, 4\), and 23 follow"),
        (idx(IMAGES) + b"x", "24 bytes .* 25 follow"),
        (struct.pack(">4I", 0x803, 2**32 - 1, 2**32 - 1, 2**32 - 1), "and 0 follow"),
        (
            struct.pack(">4I", 0x803, 2**31, 2**31, 4),
            "announces 18446744073709551616 bytes",
        ),  # 2**64: 0 in a machine word
        (b"", "begins $"),
    ],
    ids=["floats", "labels", "three bytes", "cut header", "short", "long", "huge", "overflow", "empty"],
)
def test_an_idx_file_that_is_none_is_refused(content: bytes, told: str) -> None:
    """Magic number, header and length have to agree; sizes are multiplied without overflow."""
    with pytest.raises(Damaged, match=f"^the file: .*{told}"):
        mnist.read_idx(content, 3, "the file")


def test_the_mnist_that_is_here_is_mnist() -> None:
    """The published counts of each digit, and the mean and deviation that everybody normalises by: 0.1307 and 0.3081."""
    here("mnist")
    train, test = mnist.load_mnist("train"), mnist.load_mnist("test")
    assert np.bincount(train.y).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(test.y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    histogram = np.bincount(train.x.reshape(-1), minlength=256) / train.x.size
    mean = histogram @ np.arange(256) / 255
    deviation = np.sqrt(histogram @ (np.arange(256) / 255) ** 2 - mean**2)
    assert (round(float(mean), 4), round(float(deviation), 4)) == (0.1307, 0.3081)


# CIFAR-10


def record(label: int, picture: Any) -> bytes:
    """One record as its publishers describe it: the label, then the red, the green and the blue plane, row by row."""
    planes = bytes(int(picture[row, column, c]) for c in range(3) for row in range(32) for column in range(32))
    return bytes([label]) + planes


def test_cifar_records_become_pictures() -> None:
    """Planes become channels; rows stay rows."""
    pictures = RANDOM.integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    images = cifar.read_records(b"".join(record(label, p) for label, p in zip((6, 9, 0), pictures, strict=True)))
    np.testing.assert_array_equal(images.x, pictures, strict=True)
    assert [images.classes[label] for label in images.y] == ["frog", "truck", "airplane"]


@pytest.mark.parametrize(("content", "told"), [(bytes(3072), "no whole number"), (b"\x0a" + bytes(3072), "a 10")])
def test_what_is_no_cifar_record_is_refused(content: bytes, told: str) -> None:
    """A part of a record, or a label that no class has."""
    with pytest.raises(Damaged, match=told):
        cifar.read_records(content)


def test_cifar_batches_come_in_their_order(monkeypatch: Any) -> None:
    """Five batches of training pictures by number, whatever their order in the archive, and the test batch apart."""
    monkeypatch.setattr(cifar, "_BATCH", 2)
    names = ["test_batch", "data_batch_4", "data_batch_2", "data_batch_5", "data_batch_1", "data_batch_3"]
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for place, name in enumerate(names):
            content = b"".join(record(place, np.full((32, 32, 3), half)) for half in range(2))
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    monkeypatch.setattr(cifar, "read_content", lambda origin, name: stream.getvalue())
    assert cifar.load_cifar10("train").y.tolist() == [4, 4, 2, 2, 5, 5, 1, 1, 3, 3]
    assert cifar.load_cifar10("test").x[:, 0, 0, 0].tolist() == [0, 1]
    monkeypatch.setattr(cifar, "_BATCH", 3)
    with pytest.raises(Refused, match=r"cifar-10-binary\.tar\.gz: cifar-10-batches-bin/test_batch\.bin has 6146 bytes"):
        cifar.load_cifar10("test")


def test_the_cifar_subset_that_is_here_is_the_official_one() -> None:
    """The published counts of its classes and the digest of its pixels."""
    import hashlib

    here("cifar10-subset")
    train, test = cifar.load_cifar10_subset("train"), cifar.load_cifar10_subset("test")
    assert np.bincount(train.y).tolist() == [396, 366, 420, 384, 422, 393, 414, 385, 407, 413]
    assert np.bincount(test.y).tolist() == [103, 89, 100, 103, 90, 86, 112, 102, 106, 109]
    digest = hashlib.sha256(train.x.tobytes()).hexdigest()
    assert digest == "bac45b45504ed1289a3f437be4bfbefece248abbc094a428a0b4dfab00e776ae"


def test_the_jpeg_copy_alternates_its_classes() -> None:
    """Any prefix is balanced, as many are decoded as are asked for, and a longer one begins with the shorter one."""
    here("cifar10-jpeg")
    images = cifar.load_cifar10_jpeg("test", 40)
    assert images.y.tolist() == list(range(10)) * 4 and images.x.shape == (40, 32, 32, 3)
    np.testing.assert_array_equal(cifar.load_cifar10_jpeg("test", 20).x, images.x[:20])
    assert (cifar.load_cifar10_jpeg("train", 10).x != images.x[:10]).any()
    with pytest.raises(ValueError, match="10001 of 10000"):
        cifar.load_cifar10_jpeg("test", 10_001)


def test_the_jpeg_copy_shows_the_pictures_of_the_subset() -> None:
    """For a lossless test picture, its likeness (under 18 grey levels off) is among the JPEG ones of its class, and is the nearest."""
    here("cifar10-jpeg")
    here("cifar10-subset")
    lossless, lossy = cifar.load_cifar10_subset("test"), cifar.load_cifar10_jpeg("test", 1000)
    for place in range(3):
        same = lossy.x[lossy.y == lossless.y[place]].astype(float)
        distances = np.sqrt(((same - lossless.x[place]) ** 2).mean(axis=(1, 2, 3)))
        assert distances.min() < 18 < np.partition(distances, 1)[1]


def test_an_archive_without_its_arrays_is_refused(house: Any, monkeypatch: Any) -> None:
    """Told by the name of what lacks; and nothing in it is ever unpickled."""
    for arrays, told in (({"x": np.zeros(2)}, "has no array x_test"), ({"x_train": np.array([{}])}, "no array")):
        stream = io.BytesIO()
        np.savez(stream, **arrays)
        source = house.dataset(house.file("some.npz", stream.getvalue()))
        house.put(house.data / "small" / "some.npz", stream.getvalue())
        monkeypatch.setattr(cifar, "dataset", lambda name, source=source: source)
        with pytest.raises(Damaged, match=told):
            cifar.load_cifar10_subset("train")


# SVHN


def mat(**arrays: Any) -> bytes:
    """A MATLAB file."""
    from scipy.io import savemat

    stream = io.BytesIO()
    savemat(stream, arrays)
    return stream.getvalue()


def test_svhn_has_its_images_along_the_last_axis_and_calls_zero_ten(house: Any) -> None:
    """Axis order and labels are put right; both splits are read from their own files."""
    pictures = RANDOM.integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    contents = {
        "train_32x32.mat": mat(X=np.stack(list(pictures), axis=-1), y=np.array([[10], [1], [9], [2]], np.uint8)),
        "test_32x32.mat": mat(X=np.stack(list(pictures[:1]), axis=-1), y=np.array([[7]], np.uint8)),
    }
    for name, content in contents.items():
        house.put(house.data / "small" / name, content)
    source = house.dataset(*(house.file(name, content) for name, content in contents.items()))
    images = svhn.load_svhn("train", source=source)
    np.testing.assert_array_equal(images.x, pictures, strict=True)
    assert images.y.tolist() == [0, 1, 9, 2]
    assert svhn.load_svhn("test", source=source).y.tolist() == [7]


X = np.zeros((32, 32, 3, 2), np.uint8)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"not a MATLAB file", "is no MATLAB file"),
        (mat(X=X, y=np.ones((2, 1), np.uint8))[:200], "is no MATLAB file"),
        (mat(X=X), "'y'"),
        (mat(X=np.moveaxis(X, 3, 0), y=np.ones(2, np.uint8)), r"got \(2, 32, 32, 3\)"),
        (mat(X=X.astype(float), y=np.ones(2, np.uint8)), "float64"),
        (mat(X=X, y=np.ones(3, np.uint8)), r"and \(3,\)"),
        (mat(X=X, y=np.array([0, 1], np.uint8)), "labels are 1 to 10"),
    ],
    ids=["text", "cut", "no y", "axes", "floats", "lengths", "zero"],
)
def test_what_is_no_svhn_file_is_refused(content: bytes, told: str) -> None:
    """Another format, absent or strange arrays, a label that was already put right."""
    with pytest.raises(Damaged, match=f"^the file: .*{told}"):
        svhn.read_mat(content, "the file")


# Shakespeare


def test_the_tiny_shakespeare_that_is_here() -> None:
    """1,115,394 characters, 65 of them distinct, and how it begins."""
    here("shakespeare-tiny")
    text = shakespeare.load_shakespeare_tiny()
    assert (len(text), len(text.alphabet), text.characters[:14]) == (1_115_394, 65, "First Citizen:")


def test_a_text_that_is_not_ascii_is_refused(house: Any) -> None:
    """A character would no longer be a byte."""
    house.put(house.data / "small" / "one.bin", "é".encode())
    with pytest.raises(Damaged, match="not plain ASCII"):
        shakespeare.read_text(house.dataset(house.file("one.bin", "é".encode())))


def test_the_large_shakespeare_is_missing_with_its_command(house: Any) -> None:
    """The tiny one is no substitute."""
    with pytest.raises(files.Missing, match="repro data fetch shakespeare$"):
        shakespeare.load_shakespeare()


# what the harness asks


@pytest.mark.parametrize("name", registry())
def test_every_set_that_is_here_is_whole(name: str) -> None:
    """Every byte of it."""
    here(name)
    assert catalogue.check(name) == []


def test_the_catalogue_tells_state_and_remedy(house: Any, monkeypatch: Any) -> None:
    """Missing, here, damaged and drawn; digests are known of all, and no two are alike."""
    rows = {row["name"]: row for row in catalogue.rows()}
    assert list(rows) == list(registry())
    assert {name for name, row in rows.items() if row["state"] == "missing"} == set(registry()) - {"glyphs"}
    assert rows["mnist"]["where"] == catalogue.missing("mnist") == "repro data fetch mnist"
    assert rows["glyphs"]["state"] == "drawn" and catalogue.missing("glyphs") is None
    assert len({catalogue.digest(name) for name in registry()}) == len(registry())
    wanted = house.dataset(house.file("one.bin", house.content), name="mnist")
    monkeypatch.setattr(catalogue, "dataset", lambda name: wanted)
    path = house.put(house.data / "mnist" / "one.bin", house.content)
    assert catalogue.rows()[0]["where"] == str(path.parent)
    assert (catalogue.missing("mnist"), catalogue.check("mnist")) == (None, [])
    house.put(path, b"X" + house.content[1:])
    assert "got SHA-256" in catalogue.check("mnist")[0]
    house.put(path, house.content[1:])
    assert catalogue.rows()[0]["state"] == "damaged" and "not the published" in str(catalogue.missing("mnist"))
    assert str(path) in catalogue.check("mnist")[0]


def test_digests_do_not_move_by_themselves() -> None:
    """Published records carry them: another digest makes every record of the set stale."""
    assert dataset("mnist").digest()[:16] == "09d9c50106a93c14"
