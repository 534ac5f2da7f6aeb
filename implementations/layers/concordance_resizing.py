"""The concordance's rows on what makes maps larger: transposed convolutions and upsampling.

Source: uts-rl-gans, slide "GAN: HOW DO YOU 'MAKE' AN IMAGE?". Upsampling is on no slide; its reference lets every pixel stand
for a square.
"""

from implementations.layers import concordance_references as ref
from implementations.layers.concordance_rows import ROUNDING_FLOAT32, Cure, Row, Shape, Theirs

_BACK: dict[str, Shape] = {"y": (2, "n", "n", 3), "kernel": ("kernel", "kernel", 2, 3)}
_GRID = {"n": range(1, 7), "kernel": range(1, 5), "stride": range(1, 4)}

ROWS = (
    Row(
        "transposed convolution",
        "VALID, with the convolution's own kernel; the smallest size that it maps here",
        "GAN: HOW DO YOU 'MAKE' AN IMAGE?",
        ref.transposed,
        _BACK,
        _GRID,
        torch=Theirs("F.conv_transpose2d", "transposed"),
        keras=Theirs(
            "Conv2DTranspose",
            "transposed",
            first="size of the output",
            how="n s + max(k - s, 0) pixels where (n - 1) s + k is smallest: rows and columns of zeros after, if s > k",
            cause={"size": "n s + max(k - s, 0)"},
            cure=Cure("output_padding=0", {"output_padding": 0}),
        ),
        tensorflow=Theirs("tf.nn.conv2d_transpose(output_shape=...)", "transposed"),
    ),
    Row(
        "transposed convolution",
        "VALID, one pixel more: with a stride that size is mapped here too",
        "GAN: HOW DO YOU 'MAKE' AN IMAGE?",
        ref.transposed,
        _BACK,
        {"n": range(1, 4), "kernel": range(2, 5), "stride": [2, 3]},
        settings={"extra": 1},
        torch=Theirs(
            "F.conv_transpose2d",
            "transposed",
            first="size of the output",
            how="of the sizes that a stride maps to one, it takes the smallest",
            cause={"extra": 0},
            cure=Cure("output_padding=1", {"output_padding": 1}),
        ),
        keras=Theirs(
            "Conv2DTranspose",
            "transposed",
            first="size of the output",
            how="of the sizes that a stride maps to one, it takes n s + max(k - s, 0)",
            cause={"size": "n s + max(k - s, 0)", "extra": 0},
            cure=Cure("output_padding=1", {"output_padding": 1}),
        ),
        tensorflow=Theirs("tf.nn.conv2d_transpose(output_shape=...)", "transposed", {"extra": 1}),
    ),
    Row(
        "transposed convolution",
        "SAME: back to n s pixels",
        "GAN: HOW DO YOU 'MAKE' AN IMAGE?",
        ref.transposed_same,
        _BACK,
        {"n": range(1, 5), "kernel": range(1, 6), "stride": [1, 2, 3]},
        torch=Theirs(
            "F.conv_transpose2d(padding=p, output_padding=o)",
            "transposed_same",
            first="crop",
            how="cuts the odd row and column before, not after, where k - s is odd; with stride 1 it refuses that",
            cause={"odd_pixel": "before"},
            cure=Cure("padding=0, and cut by hand", {"by_hand": True}),
        ),
        keras=Theirs('Conv2DTranspose(padding="same")', "transposed", {"padding": "same"}),
        tensorflow=Theirs('tf.nn.conv2d_transpose(padding="SAME")', "transposed", {"padding": "same"}),
    ),
    Row(
        "upsampling",
        "every pixel repeated",
        "",
        ref.upsample,
        {"x": (2, "n", "n", 2)},
        {"n": range(1, 6), "factor": [1, 2, 3]},
        torch=Theirs('F.interpolate(mode="nearest")', "resize", {"mode": "nearest"}),
        keras=Theirs("UpSampling2D", "resize", {"interpolation": "nearest"}),
        tensorflow=Theirs("tf.image.resize_nearest_neighbor", "resize", {"function": "resize_nearest_neighbor"}),
    ),
    Row(
        "upsampling",
        "bilinear, between the centres of pixels",
        "",
        ref.bilinear,
        {"x": (2, "n", "n", 2)},
        {"n": range(1, 6), "factor": [2, 3]},
        torch=Theirs('F.interpolate(mode="bilinear")', "resize", {"mode": "bilinear"}),
        keras=Theirs(
            'UpSampling2D(interpolation="bilinear")',
            "resize",
            {"interpolation": "bilinear"},
            how="in float32, whatever its dtype",
            tolerance=ROUNDING_FLOAT32,
        ),
        tensorflow=Theirs(
            "tf.image.resize_bilinear",
            "resize",
            {"function": "resize_bilinear"},
            first="place the pixels",
            how="output pixel i lies at i / factor, so that pictures move up and left",
            cause={"places": "top left"},
            cure=Cure("half_pixel_centers=True", {"half_pixel_centers": True}),
            tolerance=ROUNDING_FLOAT32,
        ),
    ),
    Row(
        "upsampling",
        "bilinear, with align_corners=True",
        "",
        ref.bilinear,
        {"x": (2, "n", "n", 2)},
        {"n": range(2, 6), "factor": [2, 3]},
        torch=Theirs(
            'F.interpolate(mode="bilinear", align_corners=True)',
            "resize",
            {"mode": "bilinear", "align_corners": True},
            first="place the pixels",
            how="the corners' centres are laid on each other: output pixel i lies at i (n - 1) / (n factor - 1)",
            cause={"places": "corners"},
            cure=Cure("align_corners=False", {"align_corners": False}),
        ),
        keras=None,
        tensorflow=Theirs(
            "tf.image.resize_bilinear(align_corners=True)",
            "resize",
            {"function": "resize_bilinear", "align_corners": True},
            first="place the pixels",
            how="the corners' centres are laid on each other: output pixel i lies at i (n - 1) / (n factor - 1)",
            cause={"places": "corners"},
            cure=Cure("half_pixel_centers=True instead", {"align_corners": False, "half_pixel_centers": True}),
            tolerance=ROUNDING_FLOAT32,
        ),
    ),
)
