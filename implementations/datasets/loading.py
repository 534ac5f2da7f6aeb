"""Any set of images by its name, for experiments that say in their arguments what they learn from."""

from __future__ import annotations

from collections.abc import Callable

from implementations.datasets.cifar import load_cifar10, load_cifar10_jpeg, load_cifar10_subset
from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.mnist import load_mnist
from implementations.datasets.samples import Images, Split
from implementations.datasets.svhn import load_svhn

LOADERS: dict[str, Callable[[Split], Images]] = {
    "mnist": load_mnist,
    "cifar10": load_cifar10,
    "cifar10-subset": load_cifar10_subset,
    "cifar10-jpeg": load_cifar10_jpeg,
    "svhn": load_svhn,
    "glyphs": load_glyphs,
}


def load_images(name: str, split: Split) -> Images:
    """The split of the set of images of that name. Raises ValueError, which names all there are, where there is none."""
    if name not in LOADERS:
        raise ValueError(f"there is no set of images {name!r}; there are: {', '.join(LOADERS)}")
    return LOADERS[name](split)
