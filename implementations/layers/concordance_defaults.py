"""What the libraries' layers start from side by side, read from the signatures of the installed libraries.

Source: the slides from CONVOLUTIONAL LAYER to PROBLEMS WITH DEPTH, whose code names few settings: the rest is the library's.
"""

import importlib
import inspect
from typing import Any, NamedTuple

from implementations.layers.normalisation_numpy import local_response_norm


class Setting(NamedTuple):
    """One setting: its name here in `local_response_norm`, and in each library "Layer.setting"; "" where there is none."""

    layer: str
    what: str
    torch: str
    keras: str
    tensorflow: str
    here: str = ""


SETTINGS = (
    Setting("convolution", "padding", "Conv2d.padding", "Conv2D.padding", "conv2d.padding"),
    Setting("convolution", "a bias", "Conv2d.bias", "Conv2D.use_bias", ""),
    Setting("convolution", "starting weights", "", "Conv2D.kernel_initializer", ""),
    Setting("convolution", "starting biases", "", "Conv2D.bias_initializer", ""),
    Setting("max pooling", "window", "MaxPool2d.kernel_size", "MaxPooling2D.pool_size", "max_pool2d.ksize"),
    Setting(
        "max pooling", "stride (None: the window)", "MaxPool2d.stride", "MaxPooling2D.strides", "max_pool2d.strides"
    ),
    Setting("max pooling", "a window half outside", "MaxPool2d.ceil_mode", "", ""),
    Setting("average pooling", "padding counted in the mean", "AvgPool2d.count_include_pad", "", ""),
    Setting("softmax", "axis", "Softmax.dim", "Softmax.axis", "softmax.axis"),
    Setting("softplus", "threshold", "Softplus.threshold", "", ""),
    Setting(
        "batch norm",
        "epsilon",
        "BatchNorm2d.eps",
        "BatchNormalization.epsilon",
        "batch_normalization.variance_epsilon",
    ),
    Setting(
        "batch norm",
        "momentum (share of the old in Keras, of the new elsewhere)",
        "BatchNorm2d.momentum",
        "BatchNormalization.momentum",
        "compat.v1.nn.fused_batch_norm.exponential_avg_factor",
    ),
    Setting(
        "local response norm", "n (depth_radius: n = 2 r + 1)", "LocalResponseNorm.size", "", "lrn.depth_radius", "size"
    ),
    Setting("local response norm", "k", "LocalResponseNorm.k", "", "lrn.bias", "k"),
    Setting(
        "local response norm", "alpha (torch divides it by n)", "LocalResponseNorm.alpha", "", "lrn.alpha", "alpha"
    ),
    Setting("local response norm", "beta", "LocalResponseNorm.beta", "", "lrn.beta", "beta"),
    Setting("dropout", "share that is dropped", "Dropout.p", "Dropout.rate", "dropout.rate"),
    Setting("upsampling", "between pixels", "Upsample.mode", "UpSampling2D.interpolation", ""),
    Setting(
        "cross-entropy",
        "over the examples",
        "CrossEntropyLoss.reduction",
        "CategoricalCrossentropy.reduction",
        "compat.v1.losses.softmax_cross_entropy.reduction",
    ),
)


def default(home: Any, name: str) -> str:
    """The default of "layer.setting", looked up from `home` on; "must be given", or "-" for no name.

    Raises AttributeError or KeyError for names that do not exist.
    """
    if not name:
        return "-"
    *path, setting = name.split(".")
    for part in path:
        home = getattr(home, part)
    value: Any = inspect.signature(home).parameters[setting].default
    if value is inspect.Parameter.empty:
        return "must be given"
    return f"{value:g}" if isinstance(value, float) else str(value)


def table() -> dict[str, Any]:
    """The exhibit. Needs torch and tensorflow."""
    torch, keras, tf = (importlib.import_module(name) for name in ("torch", "keras", "tensorflow"))
    rows = []
    for setting in SETTINGS:
        cells = [
            default(torch.nn, setting.torch),
            default(keras.losses if "Crossentropy" in setting.keras else keras.layers, setting.keras),
            default(tf if setting.tensorflow.startswith("compat") else tf.nn, setting.tensorflow),
        ]
        here = default(local_response_norm, setting.here) if setting.here else "-"
        rows.append([setting.layer, setting.what, here, *cells])
    different = sum(len({cell for cell in row[3:] if _is_number(cell)}) > 1 for row in rows)
    return {
        "table": {"columns": ["layer", "setting", "here", "torch.nn", "keras.layers", "tf.nn"], "rows": rows},
        "alt": f"Of {len(rows)} settings, {different} start from different numbers in different libraries.",
    }


def _is_number(cell: str) -> bool:
    return cell.replace(".", "").replace("e-", "").isdigit()
