"""Names: initialisms by rule and by enumeration, and the libraries' name for the recurrent unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.terminology.experiments import initialism, ordering_that_reads_the_name


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("long short-term memory", "LSTM"),
        ("recurrent neural network", "RNN"),
        ("gated recurrent unit", "GRU"),
        ("generative adversarial network", "GAN"),
    ],
)
def test_initialisms_of_the_field(name: str, letters: str) -> None:
    """First letters of the words, a hyphen separating words; enumeration over all orders agrees."""
    assert initialism(name=name) == letters
    assert ordering_that_reads_the_name(letters="".join(sorted(letters)), name=name) == letters


@given(words=st.lists(st.text("abcdefgh", min_size=1, max_size=5), min_size=1, max_size=5))
def test_enumeration_finds_the_initialism_and_nothing_else(words: list[str]) -> None:
    """Whatever the words, exactly one order of their initials reads the name from first word to last."""
    name = " ".join(words)
    assert ordering_that_reads_the_name(letters=initialism(name=name)[::-1], name=name) == initialism(name=name)


def test_other_letters_read_no_name() -> None:
    """Letters that are not the initials have no order that reads the name."""
    assert ordering_that_reads_the_name(letters="LTSX") == ""


@pytest.mark.parametrize("library", ["torch", "keras"])
def test_libraries_call_it_lstm(library: str) -> None:
    """torch.nn and keras.layers have an LSTM and no LTSM."""
    package = pytest.importorskip(library)
    layers = package.nn if library == "torch" else package.layers
    assert hasattr(layers, "LSTM")
    assert not hasattr(layers, "LTSM")
