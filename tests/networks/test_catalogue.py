"""The catalogue: every network under its name, of the published size, and helpful about wrong names."""

import ast
from pathlib import Path

import pytest

from implementations.networks import catalogue, counting
from implementations.networks.catalogue import NETWORKS, network
from implementations.networks.table import Dropout, walk

SPECS = Path(__file__).parents[2] / "specs"

# Trained parameters. By hand from the slides' code (small ones), or as their papers and the frameworks' own models have them:
# LeNet-5 (LeCun et al 1998), AlexNet (60.97 million), GoogLeNet with and without heads (Caffe's), ResNets (He et al 2015 in millions,
# torchvision to the last digit).
PARAMETERS = {
    "lr": 28 * 28 * 10 + 10,
    "keras_mlp": 101_770,
    "cnn_cf": 1_664 + 501_770,
    "cnn_cpcpff": 3_274_634,
    "cnn_cpcpfdf": 3_274_634,
    "cnn_cnf": 5 * 5 * 3 * 64 + 64 + 32 * 32 * 64 * 10 + 10,
    "cnn_cpncpnff": (75 * 32 + 32) + (25 * 32 * 64 + 64) + (8 * 8 * 64 * 1024 + 1024) + 10_250,
    "cnn_cpncpnfdf": (75 * 32 + 32) + (25 * 32 * 64 + 64) + (8 * 8 * 64 * 1024 + 1024) + 10_250,
    "lenet5": 60_000,
    "lenet5_common": 61_706,
    "alexnet": 60_965_224,
    "alexnet_224": 60_965_224 - (6 * 6 - 5 * 5) * 256 * 4096,
    "inception_naive": 192 * (64 + 9 * 128 + 25 * 32) + 64 + 128 + 32,
    "inception_reduced": 163_696,
    "googlenet": 13_378_280,
    "googlenet_separable": 13_378_280 - 7 * 7 * 3 * 64 + 2_712,
    "resnet20": 269_722,
    "resnet56": 853_018,
    "resnet110": 1_727_962,
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
    "plain20": 269_722,
    "plain56": 853_018,
    "unet": 31_030_658,
    "dqn_2013": (64 * 4 * 16 + 16) + (16 * 16 * 32 + 32) + (2592 * 256 + 256) + (256 * 4 + 4),
    "dqn_2015": (64 * 4 * 32 + 32) + (16 * 32 * 64 + 64) + (9 * 64 * 64 + 64) + (3136 * 512 + 512) + (512 * 18 + 18),
}


def test_every_network_is_listed_once_with_its_size() -> None:
    """No network of the catalogue lacks its line above, and no other stands there."""
    assert PARAMETERS.keys() == NETWORKS.keys()


@pytest.mark.parametrize("name", NETWORKS)
def test_trained_parameters(name: str) -> None:
    """The published number, to the last digit."""
    assert counting.totals(network(name)).trained == PARAMETERS[name]


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_are_called_what_the_catalogue_calls_them(name: str) -> None:
    """The same table each time; its source starts with a document that the specifications know, and names a slide."""
    found = network(name)
    document, _, slide = found.source.partition(", ")
    assert found.name == name
    assert found == network(name)
    assert found.title
    assert (SPECS / document).is_dir()
    assert slide


@pytest.mark.parametrize("name", NETWORKS)
def test_whatever_drops_has_a_name(name: str) -> None:
    """Uniform numbers for dropout are handed over by name."""
    assert all(row.name for row in walk(network(name).rows) if isinstance(row, Dropout))


def test_a_wrong_name_gets_the_nearest() -> None:
    """A slip is answered with the name that was meant, nonsense with the list."""
    with pytest.raises(ValueError, match="no network 'goglenet': did you mean googlenet"):
        network("goglenet")
    with pytest.raises(ValueError, match="no network 'zzz': there are lr, keras_mlp, cnn_cf"):
        network("zzz")


def test_the_tables_use_no_framework_and_no_arrays() -> None:
    """Modules of tables import nothing outside the standard library and this topic."""
    for module in ("small", "lenet", "alexnet", "inception", "resnet", "unet", "dqn", "catalogue", "table"):
        source = (Path(catalogue.__file__).parent / f"{module}.py").read_text()
        found = [node.module or "" for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
        assert not [
            m
            for m in found
            if not m.startswith(
                ("implementations.networks", "__future__", "collections", "dataclasses", "typing", "difflib")
            )
        ]
