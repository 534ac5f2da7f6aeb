r"""Depth: gradients that vanish or explode, degradation, and what normalisation, residuals and auxiliary classifiers change.

Source: columbia-deep-learning, slides "INCEPTION" (auxiliary classifiers), "PROBLEMS WTH DEPTH" and "RESNET". Builds on networks (plain and
residual tables, GoogLeNet), training (the loop and its learner) and datasets (CIFAR-10).

A plain perceptron of L layers, relu or another unit phi, batch of n examples, and the gradient that comes back through it:

    h^l = x^(l-1) W^l + b^l        x^l = phi(h^l)
    dL/dx^(l-1) = (dL/dx^l * phi'(h^l)) W^l^T        so that  dL/dx^0 = dL/dx^L  times a product of L Jacobians

With batch normalisation N(h) = scale (h - mean h) / sqrt(var h + eps) + shift, over the batch, h^l is N(x^(l-1) W^l); a residual pair is

    x^(l+2) = phi(x^l + N(phi(N(x^l W^(l+1))) W^(l+2)))

Wide random layers, W ~ N(0, sigma_w^2 / width), shifts N(0, sigma_b^2), without normalisation (mean field; z ~ N(0, 1)):

    q^l   = sigma_w^2 E phi(sqrt(q^(l-1)) z)^2 + sigma_b^2        the variance of what enters a unit
    chi^l = sigma_w^2 E phi'(sqrt(q^l) z)^2                       E |dL/dx^(l-1)|^2 = chi^l E |dL/dx^l|^2

Below chi = 1 gradients vanish, above they explode; relu has chi = sigma_w^2 / 2, whatever q, hence He's 2. With batch normalisation
before relu and a large batch, examples come out uncorrelated, E relu(z)^2 = 1/2 and E relu(z) relu(z') = 1/(2 pi), so

    var h = sigma_w^2 (1/2 - 1/(2 pi))        chi = (sigma_w^2 / 2) / var h = pi / (pi - 1) = 1.467

at every scale of the weights: the gain is gone, and the gradient of a plain network explodes with depth (Yang et al 2019).

======================  =====================================================================================
``deep_numpy``          plain and residual perceptrons, forwards and backwards, seeds side by side
``deep_torch``          the same by autograd: the second route
``mean_field``          the recursion above
``task``                the synthetic task, and descent on it
``experiments``         degradation and its cure, measured; ``experiments_gradients`` gradients through depth
``experiments_networks``    the gradient through the slides' own networks; ``experiments_cifar`` reads recorded runs
``inside``              the shallow family inside the deep one, by construction
``heads``               auxiliary classifiers
``learner_torch``       the paper's start, augmentation and schedule; ``runs_cifar`` records runs on CIFAR-10
``figures``             exhibits
======================  =====================================================================================
"""
