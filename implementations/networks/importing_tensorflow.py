"""TensorFlow and Keras, imported without a trace: nothing written into the home folder, little said on standard error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before the import, or it talks on standard error


@contextmanager
def _own_keras_home() -> Iterator[None]:
    """Importing Keras writes ~/.keras/keras.json: let it write into a folder that is gone afterwards."""
    if "KERAS_HOME" in os.environ:
        yield
        return
    with TemporaryDirectory() as folder:
        os.environ["KERAS_HOME"] = folder
        try:
            yield
        finally:
            del os.environ["KERAS_HOME"]


with _own_keras_home():
    import keras
    import tensorflow as tf

__all__ = ["keras", "tf"]
