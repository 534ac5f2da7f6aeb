r"""Losses: how far a prediction f lies from its label y.

Source: columbia-deep-learning, slide "CONTEXT", which prints three,

    binary cross-entropy    L = -y log f - (1 - y) log(1 - f)      f in (0, 1), y in {0, 1} (or [0, 1])
    K-class cross-entropy   L = -sum_k y_k log f_k                 f, y on the simplex; y one-hot for a class label
    squared error           L = ||y - f||^2                        f, y vectors

and slide "CAUTION: NUMERICAL INSTABILITY", which prints the K-class loss as code that dies: it exponentiates the logits,
divides, and only then takes the logarithm. fase-deep-rl, slide "Deep Neural Network", prints the squared error under the
name of its mean and the log-likelihood log P[y] as a loss; siggraph-ml-9, slide "Summary (Practice)", lists
log-likelihood, L2 and L1; uts-rl-gans, slide "GAN: THE REAL TRICK", says where the squared error leads.

From logits z instead of probabilities, with softplus(z) = log(1 + e^z) and lse(z) = log sum_k e^{z_k} (this builds on
the topic ``activations``):

    binary cross-entropy    L = softplus(z) - y z                  dL/dz = sigmoid(z) - y
    K-class cross-entropy   L = lse(z) - sum_k y_k z_k             dL/dz = softmax(z) - y

Shapes: classes, or the elements of a vector, stand on the last axis; a loss returns one number for each example, so
(..., K) gives (...). Binary losses are elementwise. Nothing is averaged here: the empirical risk is ``loss(...).mean()``.
Class labels count from 0 to K - 1.

    losses_numpy         the reference; losses_torch and losses_tensorflow: written out, and the library's own
    experiments          the formulas: values, gradients, minima
    experiments_step     what a gradient step makes of a loss
    instability          where the printed softmax cross-entropy dies; labels and reductions of the libraries
    figures              shows it
"""
