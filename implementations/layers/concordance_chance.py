"""The concordance's rows on dropout and on what weights start from: shares and moments, each within five standard errors.

Source: slides DROPOUT, RECURRENT NEURAL NETWORKS: WHERE NEXT (`output_keep_prob=0.8`), and the code of IN PRACTICE and ADDING
COMPLEXITY, whose `tf.get_variable` names no initialiser. Seeds are 0, as everywhere.
"""

from math import sqrt

from implementations.layers import concordance_references as ref
from implementations.layers.concordance_rows import DRAWS, Cure, Row, Theirs

RATE = 0.2
_SHARE = 5 * sqrt(RATE * (1 - RATE) / DRAWS)
_ALIKE = RATE**2 + (1 - RATE) ** 2  # of two independent masks
_ALIKE_SHARE = 5 * sqrt(_ALIKE * (1 - _ALIKE) / DRAWS)

# A sample standard deviation of N uniform numbers has the standard error sqrt(1/5 N) of itself (kurtosis 9/5).
_INPUTS, _UNITS = 784, 1024
_WEIGHTS, _BIASES = 5 / sqrt(5 * _INPUTS * _UNITS), 5 / sqrt(5 * _UNITS)
_IN_MAPS, _OUT_MAPS = 32, 64
_FILTERS = 5 / sqrt(5 * 25 * _IN_MAPS * _OUT_MAPS)

ROWS = (
    Row(
        "dropout",
        "rate 0.2: ones become 0 or 1 / 0.8",
        "DROPOUT",
        ref.constant,
        {},
        {},
        settings={"values": (0.0, 1.25)},
        torch=Theirs("F.dropout(p=0.2)", "dropout_values"),
        keras=Theirs("Dropout(0.2)", "dropout_values"),
        tensorflow=Theirs("tf.nn.dropout(rate=0.2)", "dropout_values"),
    ),
    Row(
        "dropout",
        "the number 0.2 is the share that is dropped",
        "RECURRENT NEURAL NETWORKS: WHERE NEXT",
        ref.constant,
        {},
        {},
        settings={"values": (RATE,)},
        tolerance=_SHARE,
        torch=Theirs("F.dropout(x, 0.2)", "dropout_share"),
        keras=Theirs("Dropout(0.2)", "dropout_share"),
        tensorflow=Theirs(
            "tf.nn.dropout(x, 0.2) of TensorFlow 1",
            "dropout_share",
            {"function": "v1"},
            first="compare with the threshold",
            how="its second argument is keep_prob, the share that is kept",
            cause={"values": (1 - RATE,)},
            cure=Cure("rate=0.2 by name", {"by_name": True}),
        ),
    ),
    Row(
        "dropout",
        "outside training nothing is dropped",
        "DROPOUT",
        ref.constant,
        {},
        {},
        settings={"values": (0.0,)},
        tolerance=_SHARE,
        torch=Theirs("F.dropout(training=False)", "dropout_share", {"training": False}),
        keras=Theirs("Dropout(0.2)(x, training=False)", "dropout_share", {"training": False}),
        tensorflow=Theirs(
            "tf.nn.dropout(rate=0.2)",
            "dropout_share",
            first="choose whether to drop",
            how="knows no training: it drops wherever it is called",
            cause={"values": (RATE,)},
            cure=Cure("rate=0", {"rate": 0.0}),
        ),
    ),
    Row(
        "dropout",
        "one seed, asked twice: the same mask",
        "",
        ref.constant,
        {},
        {},
        settings={"values": (1.0,)},
        tolerance=_ALIKE_SHARE,
        torch=Theirs(
            "torch.manual_seed(0), F.dropout twice",
            "dropout_again",
            first="draw",
            how="the generator moves on: the second mask is independent of the first",
            cause={"values": (_ALIKE,)},
            cure=Cure("torch.manual_seed before each", {"seed_each": True}),
        ),
        keras=Theirs(
            "Dropout(0.2, seed=0) called twice",
            "dropout_again",
            first="draw",
            how="the layer's generator moves on: the second mask is independent of the first",
            cause={"values": (_ALIKE,)},
            cure=Cure("a new layer with that seed", {"new_layer": True}),
        ),
        tensorflow=Theirs(
            "tf.nn.dropout(seed=7) twice",
            "dropout_again",
            first="draw",
            how="the operation's generator moves on: the second mask is independent of the first",
            cause={"values": (_ALIKE,)},
            cure=Cure("tf.nn.experimental.stateless_dropout", {"stateless": True}),
        ),
    ),
    Row(
        "spatial dropout",
        "a map is dropped as a whole: none in part",
        "",
        ref.constant,
        {},
        {},
        settings={"values": (0.0,)},
        torch=Theirs("F.dropout2d", "dropout_of_maps"),
        keras=Theirs("SpatialDropout2D", "dropout_of_maps", {"layer": "SpatialDropout2D"}),
        tensorflow=Theirs("tf.nn.dropout(noise_shape=[batch, 1, 1, maps])", "dropout_of_maps"),
    ),
    Row(
        "alpha dropout",
        "asked for dropout, rate 0.2: ones become 0 or 1 / 0.8",
        "",
        ref.constant,
        {},
        {},
        settings={"values": (0.0, 1.25)},
        torch=Theirs(
            "F.alpha_dropout",
            "dropout_values",
            {"function": "alpha_dropout"},
            first="put a value for what is dropped",
            how="puts SELU's lower limit, -1.758, then scales and shifts to keep mean 0 and variance 1",
            cause={"values": ref.alpha_dropout_of_ones(RATE)},
            cure=Cure("F.dropout", {"function": "dropout"}),
        ),
        keras=Theirs(
            "AlphaDropout",
            "dropout_values",
            {"layer": "AlphaDropout"},
            first="put a value for what is dropped",
            how="puts SELU's lower limit, -1.758, then scales and shifts to keep mean 0 and variance 1",
            cause={"values": ref.alpha_dropout_of_ones(RATE)},
            cure=Cure("Dropout", {"layer": "Dropout"}),
        ),
        tensorflow=None,
    ),
    Row(
        "starting weights",
        "dense, 784 to 1024: deviation as a share of tf.get_variable's rule (Glorot's)",
        "ADDING COMPLEXITY",
        ref.starting_deviation,
        {},
        {"inputs": [_INPUTS], "units": [_UNITS]},
        settings={"layer": "dense", "which": "weights"},
        tolerance=_WEIGHTS,
        torch=Theirs(
            "nn.Linear",
            "starting_deviation",
            {"layer": "dense", "which": "weights"},
            first="limits of the uniform numbers",
            how="1 / sqrt(inputs), which it names kaiming_uniform(a=sqrt(5)), for sqrt(6 / (inputs + units))",
            cause={"rule": "torch"},
            cure=Cure("nn.init.xavier_uniform_", {"glorot": True}),
        ),
        keras=Theirs("Dense", "starting_deviation", {"layer": "dense", "which": "weights"}),
        tensorflow=Theirs("tf.get_variable", "starting_deviation", {"layer": "dense", "which": "weights"}),
    ),
    Row(
        "starting weights",
        "convolution 5x5, 32 to 64 maps: the same",
        "ADDING COMPLEXITY",
        ref.starting_deviation,
        {},
        {"inputs": [_IN_MAPS], "units": [_OUT_MAPS]},
        settings={"layer": "conv", "which": "weights"},
        tolerance=_FILTERS,
        torch=Theirs(
            "nn.Conv2d",
            "starting_deviation",
            {"layer": "conv", "which": "weights"},
            first="limits of the uniform numbers",
            how="1 / sqrt(fan in), which it names kaiming_uniform(a=sqrt(5)), for sqrt(6 / (fan in + fan out))",
            cause={"rule": "torch"},
            cure=Cure("nn.init.xavier_uniform_", {"glorot": True}),
        ),
        keras=Theirs("Conv2D", "starting_deviation", {"layer": "conv", "which": "weights"}),
        tensorflow=Theirs("tf.get_variable", "starting_deviation", {"layer": "conv", "which": "weights"}),
    ),
    Row(
        "starting biases",
        "1024 units: the slides' tf.get_variable draws biases too",
        "ADDING COMPLEXITY",
        ref.starting_deviation,
        {},
        {"inputs": [_INPUTS], "units": [_UNITS]},
        settings={"layer": "dense", "which": "biases"},
        tolerance=_BIASES,
        torch=Theirs(
            "nn.Linear",
            "starting_deviation",
            {"layer": "dense", "which": "biases"},
            first="limits of the uniform numbers",
            how="1 / sqrt(inputs) for sqrt(3 / units)",
            cause={"rule": "torch"},
            cure=Cure("nn.init.uniform_ to sqrt(3 / units)", {"glorot": True}),
        ),
        keras=Theirs(
            "Dense",
            "starting_deviation",
            {"layer": "dense", "which": "biases"},
            first="draw",
            how="biases start at zero",
            cause={"rule": "zeros"},
            cure=Cure('bias_initializer="glorot_uniform"', {"bias_initializer": "glorot_uniform"}),
        ),
        tensorflow=Theirs("tf.get_variable", "starting_deviation", {"layer": "dense", "which": "biases"}),
    ),
)
