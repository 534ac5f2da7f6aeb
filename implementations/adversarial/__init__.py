r"""Adversarial examples: small changes of an image, crafted from the classifier's own gradient, that flip its answer.

Source: uts-rl-gans, slide "GANS & SECURITY" (a stop sign that is read as another sign). The slide names no method; this one is
the fast gradient sign method of Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015. Builds on
networks, training, datasets and losses.

With pixels x in [0, 1], the label y, the loss L and the largest change epsilon of a pixel,

    crafted     x' = clip(x + epsilon sign(dL/dx), 0, 1)       uphill in the loss
    opposite    x' = clip(x - epsilon sign(dL/dx), 0, 1)       downhill: as large a change, and it helps the classifier
    random      x' = clip(x + epsilon s, 0, 1), s = +-1        as large a change, without the gradient

The method is exact for a linear classifier. With two classes, t = +-1 and the margin m = t (w x + b),

    dL/dx = -t sigma(-m) w,     so the crafted change is d = -epsilon t sign(w), and m falls by t w d = epsilon ||w||_1,

and by Hoelder's inequality no change with \|d_i\| <= epsilon makes it fall by more. A change of random signs moves it by epsilon ||w||_2
in quadratic mean: with D pixels up to sqrt(D) times less. With K classes, z = x W + b, an image survives *every* change of that
size exactly if for all other classes j

    z_y - z_j  >  max over d of (w_j - w_y) d  =  sum over i of max(low_i (w_j - w_y)_i, high_i (w_j - w_y)_i)

where low_i = max(-epsilon, -x_i) and high_i = min(epsilon, 1 - x_i) keep the pixels in [0, 1].

=======================  ======================================================================
``adversarial_numpy``    the three changes, the gradient by the image, the exact worst case
``adversarial_torch``    the gradient by the image in PyTorch
``attacks``              accuracies of a trained network under changes of growing size
``runs``                 one recorded run on drawn digits; ``runs_mnist`` on MNIST
``experiments``          what is claimed of it
``figures``              accuracy against epsilon; what the changed digits look like
=======================  ======================================================================
"""
