r"""Data: lots of it, augmented, unbiased; three pieces of advice, each against its opposite on drawn digits.

Source: siggraph-ml-9, slide "Summary (Practice)", which lists the three in one line and prints no number. Builds on networks,
training and datasets.

Augmentation adds to the images (x, y) what a change T that keeps the label makes of them. With T drawn anew for every image of every
step, the loss that is minimised is

    1/n sum over i of  E_T [ L(f(T x_i), y_i) ]

which is right exactly as far as T x is as likely as x among the images to come. Here T moves a digit by whole pixels,

    (T x)[r, c] = x[r - a, c - b],    a and b independent and uniform in -2 .. 2,    0 where that lies outside

and the mistake is a T that keeps no label: the mirror, left to right.

*Biased* images have other shares of the classes than those to come: 19 of 20 show 0 to 4, though half of the test digits do.

====================  ======================================================================
``augmentation_numpy``  shifts and mirrors of a batch
``runs``              one recorded run: the same small network on each kind of data
``experiments``       what is claimed of it
``figures``           accuracy by number of images, with and without augmentation
====================  ======================================================================
"""
