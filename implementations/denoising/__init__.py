r"""Denoising by a U-Net: what its skips are worth.

Source: siggraph-ml-9, slide "Summary", which says of U-Net and ResNet that they pass detail on better; the U-Net is that of Ronneberger,
Fischer and Brox 2015 with padded convolutions and two poolings. Builds on networks, training and datasets.

A clean image x and a noisy one y = x + sigma n, n standard normal a pixel. A denoiser f is trained for

    min over f of  E \|\| f(y) - x \|\|^2        whose solution is f(y) = E[x \| y]

and of all f that are affine in y the best is Wiener's, with the mean m and covariance C of the clean images:

    f(y) = m + C (C + sigma^2 I)^-1 (y - m)

The network halves the image twice and doubles it twice. With skips, what was there before each halving is laid beside what comes
back up (`Concat`); without, what comes up has twice as many maps instead, so that the following convolutions have the same size and
the network has more parameters, not fewer. Errors are mean squares a pixel, and *detail* the same of the differences between
neighbours, which are large at edges:

    pixels    mean of (f - x)^2
    detail    mean of (d f - d x)^2 over both directions d

=====================  ======================================================================
``tables``             the two networks
``denoising_numpy``    noise, the two errors, Wiener's filter
``denoising_torch``    training
``runs``               one recorded run on drawn digits
``experiments``        what is claimed of it
``figures``            what the denoisers make of a digit
=====================  ======================================================================
"""
