"""Normal and Beta numbers from random words: their laws, and that a number depends on its word alone."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import integrate, stats

from implementations.bandits import beta_draws, ziggurat
from implementations.streams import streams_numpy as streams

WORDS = streams.words(np.arange(500), 0, 1000)


def draw(words: NDArray[np.uint64], a: float, b: float) -> NDArray[np.float64]:
    """A Beta(a, b) number for each word."""
    of = beta_draws.shapes(np.full(words.shape, float(a)), np.full(words.shape, float(b)))
    return beta_draws.beta(words, of)


def test_layers_have_equal_area() -> None:
    """Each of the 256 layers under the half-density covers the same area, and the last one closes at x = 0."""
    x, f = ziggurat.EDGES, ziggurat.HEIGHTS
    rectangles = x[1:-1] * np.diff(f)[1:]
    base = x[1] * f[1] + integrate.quad(lambda z: math.exp(-z * z / 2), x[1], 40)[0]

    assert np.allclose(rectangles, ziggurat.V, rtol=1e-12)
    assert base == pytest.approx(ziggurat.V, rel=1e-12)
    assert f[-1] == 1.0


def test_normal_law() -> None:
    """Half a million numbers follow N(0, 1): Kolmogorov-Smirnov, and the frequency of the far tail."""
    z = ziggurat.normal(WORDS).ravel()
    beyond = (np.abs(z) > ziggurat.R).sum()

    assert stats.kstest(z, "norm").pvalue > 1e-4
    assert stats.binomtest(int(beyond), len(z), math.erfc(ziggurat.R / math.sqrt(2))).pvalue > 1e-4


def test_normal_tail() -> None:
    """Beyond R the mean is that of the normal tail, phi(R) / P(z > R), to four standard errors."""
    size = np.abs(ziggurat.normal(WORDS)).ravel()
    tail = size[size > ziggurat.R]
    expected = stats.norm.pdf(ziggurat.R) / stats.norm.sf(ziggurat.R)

    assert abs(tail.mean() - expected) < 4 * tail.std() / np.sqrt(len(tail))


def test_normal_wedges() -> None:
    """Numbers kept in a layer's wedge lie under the curve: a third of the way out, as under a falling line, not two thirds."""
    layer = (WORDS & np.uint64(255)).astype(np.int64)
    proposal = np.abs((WORDS.view(np.int64) >> 10) * ziggurat.SCALES[layer])
    inner, outer = ziggurat.EDGES[layer + 1], ziggurat.EDGES[layer]
    kept = (layer > 0) & (proposal > inner) & (np.abs(ziggurat.normal(WORDS)) == proposal)

    assert 0.30 < ((proposal - inner) / (outer - inner))[kept].mean() < 0.37


@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 5), (7, 1), (2, 2), (300, 2), (500, 500), (3, 40)])
def test_beta_law(a: float, b: float) -> None:
    """Beta numbers follow Beta(a, b): Kolmogorov-Smirnov against SciPy's distribution function."""
    words = WORDS[:100]
    drawn = draw(words, a, b).ravel()

    assert stats.kstest(drawn, stats.beta(a, b).cdf).pvalue > 1e-4


@given(st.floats(1, 1000), st.floats(1, 1000), st.floats(-30, 30))
def test_beta_proposal_covers_the_density(a: float, b: float, v: float) -> None:
    """Cheng's acceptance probability never exceeds one, at any log-odds v: otherwise the law would be cut off."""
    scale = math.sqrt((a + b - 2) / (2 * a * b - a - b)) if a + b > 2 else 1.0
    log_u = -math.log1p(math.exp(-v / scale)) if v / scale > -700 else v / scale
    log_below = np.logaddexp(math.log(b), math.log(a) + v)
    merit = (a + 1 / scale) * v + (a + b) * (math.log(a + b) - log_below) - math.log(4.0)

    assert merit - 2 * log_u <= 1e-9 * (a + b)


@given(st.integers(0, 499), st.integers(0, 999))
def test_a_number_depends_on_its_word_alone(i: int, j: int) -> None:
    """Drawn alone or among half a million others, a word gives the same normal and the same Beta number."""
    word = WORDS[i : i + 1, j : j + 1].copy()

    assert ziggurat.normal(word)[0, 0] == NORMALS[i, j]
    assert draw(word, 2, 3)[0, 0] == BETAS[i, j]


NORMALS = ziggurat.normal(WORDS)
BETAS = draw(WORDS, 2, 3)
