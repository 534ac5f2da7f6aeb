"""The concordance's rows on batch normalisation.

Source: slide PROBLEMS WITH DEPTH and the paper that it names, Ioffe and Szegedy 2015. Where the slide
leaves something open (which variance is kept) there is a row for each reading.
"""

from implementations.layers import concordance_references as ref
from implementations.layers.concordance_rows import ROUNDING_FLOAT32, Cure, Row, Theirs

_BATCH = {"x": (3, "n", "n", "maps"), "gamma": ("maps",), "beta": ("maps",)}
_SIZES = {"n": range(1, 5), "maps": [1, 2, 3]}
_EPSILON = 2.0**-10
_KEPT = {"x": (2, "n", "n", 2)}
_STAYS, _NEW = 0.875, 0.125  # exact in float32
_TOO_LARGE = "keeps m / (m - 1) of the minibatch's variance"
_TOO_SMALL = "keeps the minibatch's variance itself"
_READ = "its momentum is the share of the new value"

ROWS = (
    Row(
        "batch norm",
        "training, epsilon given: the minibatch's variance divides by m",
        "PROBLEMS WTH DEPTH",
        ref.batch_norm,
        _BATCH,
        _SIZES,
        settings={"epsilon": _EPSILON},
        torch=Theirs("F.batch_norm(training=True)", "batch_norm", {"eps": _EPSILON}),
        keras=Theirs("BatchNormalization", "batch_norm", {"epsilon": _EPSILON}),
        tensorflow=Theirs("tf.nn.moments, tf.nn.batch_normalization", "batch_norm", {"variance_epsilon": _EPSILON}),
    ),
    Row(
        "batch norm",
        "training, as printed: no epsilon",
        "PROBLEMS WTH DEPTH",
        ref.batch_norm,
        _BATCH,
        _SIZES,
        settings={"epsilon": 0.0},
        torch=Theirs(
            "F.batch_norm(training=True)",
            "batch_norm",
            first="add epsilon to the variance",
            how="eps = 1e-5 unless told otherwise",
            cause={"epsilon": 1e-5},
            cure=Cure("eps=1e-300 (0 is refused)", {"eps": 1e-300}),
        ),
        keras=Theirs(
            "BatchNormalization",
            "batch_norm",
            first="add epsilon to the variance",
            how="epsilon = 1e-3 unless told otherwise",
            cause={"epsilon": 1e-3},
            cure=Cure("epsilon=0", {"epsilon": 0.0}),
        ),
        tensorflow=Theirs("tf.nn.batch_normalization(variance_epsilon=0)", "batch_norm", {"variance_epsilon": 0.0}),
    ),
    Row(
        "batch norm",
        "training on one value a map: beta comes out",
        "",
        ref.batch_norm,
        {"x": (1, 1, 1, "maps"), "gamma": ("maps",), "beta": ("maps",)},
        {"maps": [1, 2, 3]},
        settings={"epsilon": _EPSILON},
        torch=Theirs(
            "F.batch_norm(training=True)",
            "batch_norm",
            {"eps": _EPSILON},
            first="variance",
            how="refuses one value a map",
            cure=Cure("the moments computed before, training=False", {"own_moments": True}),
        ),
        keras=Theirs("BatchNormalization", "batch_norm", {"epsilon": _EPSILON}),
        tensorflow=Theirs("tf.nn.moments, tf.nn.batch_normalization", "batch_norm", {"variance_epsilon": _EPSILON}),
    ),
    Row(
        "batch norm",
        "given (batch, height, width, maps) as it is",
        "",
        ref.batch_norm,
        _BATCH,
        {"n": range(2, 5), "maps": [2, 3]},
        settings={"epsilon": _EPSILON},
        torch=Theirs(
            "F.batch_norm(training=True)",
            "batch_norm",
            {"eps": _EPSILON, "as_it_is": True},
            first="choose the axes of the mean",
            how="axis 1 is taken for the maps: refused unless the height equals their number, then silently another axis",
            cause={"axis": 1},
            cure=Cure("x.movedim(-1, 1) before it", {"as_it_is": False}),
        ),
        keras=Theirs("BatchNormalization", "batch_norm", {"epsilon": _EPSILON}),
        tensorflow=Theirs("tf.nn.moments, tf.nn.batch_normalization", "batch_norm", {"variance_epsilon": _EPSILON}),
    ),
    Row(
        "batch norm",
        "inference by the kept moments, epsilon given",
        "PROBLEMS WTH DEPTH",
        ref.batch_norm_inference,
        {**_BATCH, "mean": ("maps",), "deviation": ("maps",)},
        _SIZES,
        settings={"epsilon": _EPSILON},
        torch=Theirs("F.batch_norm(training=False)", "batch_norm_inference", {"eps": _EPSILON}),
        keras=Theirs("BatchNormalization", "batch_norm_inference", {"epsilon": _EPSILON}),
        tensorflow=Theirs("tf.nn.batch_normalization", "batch_norm_inference", {"variance_epsilon": _EPSILON}),
    ),
    Row(
        "batch norm",
        "kept mean, momentum 0.875 read as the share that stays",
        "",
        ref.kept_mean,
        _KEPT,
        {"n": range(1, 5)},
        torch=Theirs(
            "F.batch_norm(momentum=0.875)",
            "kept_mean",
            {"momentum": _STAYS},
            first="mix old and new",
            how=_READ,
            cause={"stays": _NEW},
            cure=Cure("momentum=0.125", {"momentum": _NEW}),
        ),
        keras=Theirs("BatchNormalization(momentum=0.875)", "kept_mean", {"momentum": _STAYS}),
        tensorflow=Theirs(
            "tf.nn.fused_batch_norm(exponential_avg_factor=0.875)",
            "kept_mean",
            {"exponential_avg_factor": _STAYS},
            first="mix old and new",
            how="exponential_avg_factor is the share of the new value",
            cause={"stays": _NEW},
            cure=Cure("exponential_avg_factor=0.125", {"exponential_avg_factor": _NEW}),
            tolerance=ROUNDING_FLOAT32,
        ),
    ),
    Row(
        "batch norm",
        "kept variance, read as the minibatch's own",
        "",
        ref.kept_variance,
        _KEPT,
        {"n": range(1, 5)},
        torch=Theirs(
            "F.batch_norm(momentum=0.125)",
            "kept_variance",
            {"momentum": _NEW},
            first="variance to keep",
            how=_TOO_LARGE,
            cause={"unbiased": True},
            cure=Cure("momentum=1, its variance times (m - 1) / m, mixed by hand", {"by_hand": True}),
        ),
        keras=Theirs("BatchNormalization(momentum=0.875)", "kept_variance", {"momentum": _STAYS}),
        tensorflow=Theirs(
            "tf.nn.fused_batch_norm(exponential_avg_factor=0.125)",
            "kept_variance",
            {"exponential_avg_factor": _NEW},
            first="variance to keep",
            how=_TOO_LARGE,
            cause={"unbiased": True},
            cure=Cure("tf.nn.moments, mixed by hand", {"by_hand": True}),
            tolerance=ROUNDING_FLOAT32,
        ),
    ),
    Row(
        "batch norm",
        "kept variance, read as in the paper: m / (m - 1) of the minibatch's",
        "PROBLEMS WTH DEPTH",
        ref.kept_variance,
        _KEPT,
        {"n": range(1, 5)},
        settings={"unbiased": True},
        torch=Theirs("F.batch_norm(momentum=0.125)", "kept_variance", {"momentum": _NEW}),
        keras=Theirs(
            "BatchNormalization(momentum=0.875)",
            "kept_variance",
            {"momentum": _STAYS},
            first="variance to keep",
            how=_TOO_SMALL,
            cause={"unbiased": False},
            cure=Cure("momentum=0, its variance times m / (m - 1), mixed by hand", {"by_hand": True}),
        ),
        tensorflow=Theirs(
            "tf.nn.fused_batch_norm(exponential_avg_factor=0.125)",
            "kept_variance",
            {"exponential_avg_factor": _NEW},
            how="exists in float32 and shorter only",
            tolerance=ROUNDING_FLOAT32,
        ),
    ),
)
