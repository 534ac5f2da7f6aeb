"""The concordance's rows on convolutions.

Source: slides CONVOLUTIONAL LAYER, ZERO PADDING, STRIDING, PUTTING THESE ALL TOGETHER.
"""

from implementations.layers import concordance_references as ref
from implementations.layers.concordance_rows import Cure, Row, Shape, Theirs

_IMAGES: dict[str, Shape] = {"x": (2, "n", "n", 2), "kernel": ("kernel", "kernel", 2, 3)}
_GRID = {"n": range(1, 7), "kernel": range(1, 5), "stride": range(1, 4)}
_EDGES = "pads both sides alike; SAME pads the odd row and column after"
_BY_HAND = Cure("F.pad before it, the odd zero after", {"padding": "by hand"})
_WIDTH = "axis 0 of a kernel is its height, not its width"

ROWS = (
    Row(
        "convolution",
        "windows are not turned over; VALID",
        ref.conv2d,
        _IMAGES,
        _GRID,
        where=lambda p: (p["n"] - p["kernel"]) % p["stride"] == 0,
        torch=Theirs("F.conv2d", "conv2d"),
        keras=Theirs("Conv2D", "conv2d"),
        tensorflow=Theirs("tf.nn.conv2d", "conv2d"),
    ),
    Row(
        "convolution",
        "VALID where the printed size is no integer: its floor",
        ref.conv2d,
        _IMAGES,
        _GRID,
        where=lambda p: (p["n"] - p["kernel"]) % p["stride"] != 0,
        torch=Theirs("F.conv2d", "conv2d"),
        keras=Theirs("Conv2D", "conv2d"),
        tensorflow=Theirs("tf.nn.conv2d", "conv2d"),
    ),
    Row(
        "convolution",
        "kernel stored as width, height, in, out",
        ref.conv2d_laid_out,
        {"x": (2, "n", "n", 2), "kernel": ("kernel", "kernel", 2, 2)},
        {"n": range(1, 4), "kernel": range(1, 4)},
        torch=Theirs(
            "F.conv2d(x, kernel)",
            "conv2d_laid_out",
            first="read the kernel",
            how="a kernel is out, in, height, width; one that is stored otherwise is refused unless its sizes happen to fit",
            cause={"axes": (2, 3, 1, 0)},
            cure=Cure("kernel.permute(3, 2, 1, 0)", {"axes": (3, 2, 1, 0)}),
        ),
        keras=Theirs(
            "Conv2D, set_weights",
            "conv2d_laid_out",
            first="read the kernel",
            how=_WIDTH,
            cause={"axes": (0, 1, 2, 3)},
            cure=Cure("kernel.transpose(1, 0, 2, 3)", {"axes": (1, 0, 2, 3)}),
        ),
        tensorflow=Theirs(
            "tf.nn.conv2d(x, kernel)",
            "conv2d_laid_out",
            first="read the kernel",
            how=_WIDTH,
            cause={"axes": (0, 1, 2, 3)},
            cure=Cure("tf.transpose(kernel, [1, 0, 2, 3])", {"axes": (1, 0, 2, 3)}),
        ),
    ),
    Row(
        "convolution",
        "SAME, stride 1, even kernels too",
        ref.conv2d,
        _IMAGES,
        {**_GRID, "stride": [1]},
        settings={"pads": "same"},
        torch=Theirs('F.conv2d(padding="same")', "conv2d", {"padding": "same"}),
        keras=Theirs('Conv2D(padding="same")', "conv2d", {"padding": "same"}),
        tensorflow=Theirs('tf.nn.conv2d(padding="SAME")', "conv2d", {"padding": "same"}),
    ),
    Row(
        "convolution",
        "SAME with a stride",
        ref.conv2d,
        _IMAGES,
        {**_GRID, "stride": [2, 3]},
        settings={"pads": "same"},
        torch=Theirs(
            'F.conv2d(padding="same")',
            "conv2d",
            {"padding": "same"},
            first="pad",
            how="refuses a stride",
            cure=_BY_HAND,
        ),
        keras=Theirs('Conv2D(padding="same")', "conv2d", {"padding": "same"}),
        tensorflow=Theirs('tf.nn.conv2d(padding="SAME")', "conv2d", {"padding": "same"}),
    ),
    Row(
        "convolution",
        "SAME with a stride, asked for by the padding (M_filter - 1) / 2",
        ref.conv2d,
        _IMAGES,
        {"n": range(1, 7), "kernel": [1, 3, 5], "stride": [2, 3]},
        settings={"pads": "same"},
        torch=Theirs(
            "F.conv2d(padding=(k - 1) // 2)",
            "conv2d",
            {"padding": "printed"},
            first="pad",
            how=_EDGES,
            cause={"pads": "printed"},
            cure=_BY_HAND,
        ),
        keras=Theirs(
            "ZeroPadding2D((k - 1) // 2), Conv2D",
            "conv2d",
            {"padding": "by hand"},
            first="pad",
            how=_EDGES,
            cause={"pads": "printed"},
            cure=Cure('padding="same"', {"padding": "same"}),
        ),
        tensorflow=Theirs(
            "tf.nn.conv2d(padding=[[0, 0], [p, p], [p, p], [0, 0]])",
            "conv2d",
            {"padding": "printed"},
            first="pad",
            how=_EDGES,
            cause={"pads": "printed"},
            cure=Cure('padding="SAME"', {"padding": "same"}),
        ),
    ),
    Row(
        "convolution",
        "two groups, each sees half of the maps",
        ref.conv2d,
        {"x": (2, "n", "n", 4), "kernel": ("kernel", "kernel", 2, 6)},
        {"n": [3, 4], "kernel": [1, 2, 3], "stride": [1, 2]},  # Keras compiles each anew: half a second
        settings={"groups": 2},
        torch=Theirs("F.conv2d(groups=2)", "conv2d", {"groups": 2}),
        keras=Theirs("Conv2D(groups=2)", "conv2d", {"groups": 2}),
        tensorflow=Theirs("tf.nn.conv2d, by the kernel's shape", "conv2d"),
    ),
    Row(
        "depthwise convolution",
        "what one map makes stands side by side",
        ref.depthwise,
        {"x": (2, "n", "n", 3), "kernel": ("kernel", "kernel", 3, 2)},
        _GRID,
        torch=Theirs("F.conv2d(groups=maps)", "depthwise"),
        keras=Theirs("DepthwiseConv2D(depth_multiplier=2)", "depthwise"),
        tensorflow=Theirs("tf.nn.depthwise_conv2d", "depthwise"),
    ),
    Row(
        "depthwise convolution",
        "strides that differ in height and width",
        ref.depthwise,
        {"x": (2, "n", "n", 3), "kernel": ("kernel", "kernel", 3, 2)},
        {"n": range(1, 5), "kernel": range(1, 4), "stride": [1], "columns": [2]},
        torch=Theirs("F.conv2d(groups=maps, stride=(1, 2))", "depthwise"),
        keras=Theirs(
            "DepthwiseConv2D(strides=(1, 2))",
            "depthwise",
            first="choose the windows",
            how="refuses strides that differ, on a CPU",
            cure=Cure("stride 1, and every second column of it", {"every": 2}),
        ),
        tensorflow=Theirs(
            "tf.nn.depthwise_conv2d(strides=[1, 1, 2, 1])",
            "depthwise",
            first="choose the windows",
            how="refuses strides that differ, on a CPU",
            cure=Cure("stride 1, and every second column of it", {"every": 2}),
        ),
    ),
)
