"""The concordance's rows on local response normalisation.

Source: slide PROBLEMS WITH DEPTH, which words it, and the paper that it names, Krizhevsky et al. 2012: the formula with k = 2,
n = 5, alpha = 1e-4, beta = 3/4. Keras has no such layer.
"""

from implementations.layers import concordance_references as ref
from implementations.layers.concordance_rows import ROUNDING_FLOAT32, Cure, Row, Theirs

_MAPS = {"x": (2, "n", "n", "maps")}
_NEIGHBOURS = {"n": [1, 2], "maps": range(1, 9)}

ROWS = (
    Row(
        "local response norm",
        "AlexNet's formula with its constants given",
        "PROBLEMS WTH DEPTH",
        ref.local_response_norm,
        _MAPS,
        _NEIGHBOURS,
        torch=Theirs(
            "F.local_response_norm(5, alpha=1e-4, beta=0.75, k=2)",
            "local_response_norm",
            {"alpha": 1e-4, "beta": 0.75, "k": 2.0},
            first="scale the sum of squares",
            how="alpha is divided by the number of maps n",
            cause={"alpha": 2e-5},
            cure=Cure("alpha=5e-4", {"alpha": 5e-4}),
        ),
        keras=None,
        tensorflow=Theirs(
            "tf.nn.lrn(depth_radius=2, bias=2, alpha=1e-4, beta=0.75)",
            "local_response_norm",
            {"depth_radius": 2, "bias": 2.0, "alpha": 1e-4, "beta": 0.75},
            how="exists in float32 and shorter only",
            tolerance=ROUNDING_FLOAT32,
        ),
    ),
    Row(
        "local response norm",
        "AlexNet's formula, constants left at the library's",
        "",
        ref.local_response_norm,
        _MAPS,
        _NEIGHBOURS,
        torch=Theirs(
            "F.local_response_norm(5)",
            "local_response_norm",
            first="scale the sum of squares",
            how="k = 1 for 2, and alpha = 1e-4 is divided by n",
            cause={"alpha": 2e-5, "k": 1.0},
            cure=Cure("k=2, alpha=5e-4", {"k": 2.0, "alpha": 5e-4}),
        ),
        keras=None,
        tensorflow=Theirs(
            "tf.nn.lrn",
            "local_response_norm",
            first="sum the squares",
            how="11 maps for 5, k = 1 for 2, alpha = 1 for 1e-4, beta = 1/2 for 3/4",
            cause={"size": 11, "alpha": 1.0, "k": 1.0, "beta": 0.5},
            cure=Cure(
                "depth_radius=2, bias=2, alpha=1e-4, beta=0.75",
                {"depth_radius": 2, "bias": 2.0, "alpha": 1e-4, "beta": 0.75},
            ),
            tolerance=ROUNDING_FLOAT32,
        ),
    ),
    Row(
        "local response norm",
        "as the slide words it: divided by the sum of squares of five neighbours",
        "PROBLEMS WTH DEPTH",
        ref.local_response_norm,
        _MAPS,
        _NEIGHBOURS,
        settings={"k": 0.0, "alpha": 1.0, "beta": 1.0},
        torch=Theirs(
            "F.local_response_norm(5)",
            "local_response_norm",
            first="scale the sum of squares",
            how="AlexNet's formula in another form: (1 + 1e-4 / 5 sum)^0.75",
            cause={"alpha": 2e-5, "k": 1.0, "beta": 0.75},
            cure=Cure("k=0, alpha=5, beta=1", {"k": 0.0, "alpha": 5.0, "beta": 1.0}),
        ),
        keras=None,
        tensorflow=Theirs(
            "tf.nn.lrn",
            "local_response_norm",
            first="sum the squares",
            how="eleven neighbours, and AlexNet's formula with other constants: (1 + sum)^0.5",
            cause={"size": 11, "alpha": 1.0, "k": 1.0, "beta": 0.5},
            cure=Cure(
                "depth_radius=2, bias=0, alpha=1, beta=1",
                {"depth_radius": 2, "bias": 0.0, "alpha": 1.0, "beta": 1.0},
            ),
            tolerance=ROUNDING_FLOAT32,
        ),
    ),
)
