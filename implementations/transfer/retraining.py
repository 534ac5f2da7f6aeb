"""The four arms on images that somebody else has loaded: transferred and random features, training from scratch, retraining."""

from __future__ import annotations

from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.networks.table import Network
from implementations.streams import streams_numpy as streams
from implementations.training.starting import starting_weights
from implementations.transfer import backend_numpy
from implementations.transfer.bodies import head, with_head

Array = NDArray[Any]
Labels = NDArray[np.int64]
Arms = dict[str, list[float]]
COUNTS = (1, 2, 5, 10, 20, 50, 100)  # labelled images of each target class
ARMS = ("transferred", "random", "scratch", "retrained")
SHUFFLE = 1 << 24  # the stream of the order of the shuffled source labels; the next is that of the target images
ANOTHER = 1 << 40  # added to the seed of a new head: the trained body has grown to fit the first one, class by class


class Task(NamedTuple):
    """Images float32 (n, ...) in [0, 1] and their labels from 0 to ``classes`` - 1."""

    x: Array
    y: Labels
    classes: int


def task(x: Array, y: NDArray[Any], digits: tuple[int, ...]) -> Task:
    """The images of these digits, in their order, with labels that count them from 0."""
    chosen = np.isin(y, digits)
    return Task(x[chosen], np.searchsorted(digits, y[chosen]), len(digits))


def first_of_each(labelled: Task, count: int) -> Task:
    """The first ``count`` images of each class. Raises ValueError where a class has fewer."""
    places = [np.flatnonzero(labelled.y == k)[:count] for k in range(labelled.classes)]
    if min(map(len, places)) < count:
        raise ValueError(f"asked for {count} images of each class, and one has {min(map(len, places))}")
    index = np.sort(np.concatenate(places))
    return Task(labelled.x[index], labelled.y[index], labelled.classes)


def shuffled_order(images: Task, seed: int) -> Task:
    """The same images in the seed's own order: so the first of each class are other ones for other seeds."""
    order = streams.permutation([seed], 0, len(images.y), stream=SHUFFLE + 1)[0]
    return Task(images.x[order], images.y[order], images.classes)


def compare(
    backend: ModuleType,
    body: Network,
    source: Task,
    target: Task,
    test: Task,
    seed: int,
    *,
    source_steps: int,
    steps: int,
    head_steps: int,
    counts: tuple[int, ...] = COUNTS,
    arms: tuple[str, ...] = ARMS,
    shuffled: bool = False,
) -> Arms:
    """Test accuracy on the target task of each arm, for each number of labels a class: lists as long as ``"labels"``.

    ``shuffled`` gives the source images each other's labels: a body that was trained as long, and had nothing to learn.
    """
    network = with_head(body, source.classes)
    order = streams.permutation([seed], 0, len(source.y), stream=SHUFFLE)[0] if shuffled else np.arange(len(source.y))
    before = starting_weights(network, seed, "zero")
    after = backend.fit(network, before, source.x, source.y[order], seed, source_steps, batch=100)
    found: Arms = {"labels": [*map(float, counts)], **{arm: [] for arm in arms}}
    whole = with_head(body, target.classes)
    new = _head_of(starting_weights(whole, seed + ANOTHER, "zero"))
    bodies = {"transferred": after, "random": before, "scratch": {**before, **new}, "retrained": {**after, **new}}
    kept = [arm for arm in arms if arm in ("transferred", "random")]
    features = {arm: tuple(backend.outputs(body, bodies[arm], x) for x in (source.x, test.x)) for arm in kept}
    for count in counts:
        labelled = first_of_each(target, count)
        for arm in arms:
            if arm in kept:
                (like, far), near = features[arm], backend.outputs(body, bodies[arm], labelled.x)
                answers = _head_on(like, far, near, labelled, seed, head_steps)
            else:
                answers = _all_of(backend, whole, bodies[arm], labelled, test, seed, steps)
            found[arm].append(float((answers.argmax(axis=1) == test.y).mean()))
    return found


def standardised(like: Array, *features: Array) -> list[Array]:
    """Features (n, units) with the means and deviations of ``like`` taken out; 0 where ``like`` does not vary."""
    mean, deviation = like.mean(axis=0), like.std(axis=0)
    scale = np.divide(1, deviation, out=np.zeros_like(deviation), where=deviation > 1e-6)
    return [(one - mean) * scale for one in features]


def _head_on(like: Array, far: Array, near: Array, labelled: Task, seed: int, steps: int) -> Array:
    """The logits on the test images' features ``far`` of a head trained on those of the labelled images, ``near``; ``like`` standardises.

    Always in NumPy, which is the faster for one small layer.
    """
    near, far = standardised(like, near, far)
    top = head(near.shape[1], labelled.classes)
    trained = backend_numpy.fit(top, starting_weights(top, seed, "zero"), near, labelled.y, seed, steps)
    return backend_numpy.outputs(top, trained, far)


def _all_of(
    backend: ModuleType, network: Network, weights: Any, labelled: Task, test: Task, seed: int, steps: int
) -> Array:
    """The test logits of a network trained throughout."""
    answers: Array = backend.outputs(
        network, backend.fit(network, weights, labelled.x, labelled.y, seed, steps), test.x
    )
    return answers


def _head_of(weights: dict[str, Array]) -> dict[str, Array]:
    return {name: w for name, w in weights.items() if name.startswith("head/")}
