r"""Training a network on images: mini-batches, steps, learning curves, and runs that survive an interruption.

Source: columbia-deep-learning, slides "PROGRESS WITH CNN\_CF", "ADDING COMPLEXITY", "TRICKS OF THE TRADE: DROPOUT" and
"CATALYST 4: SOFTWARE". Builds on networks (the tables and their builders), datasets, losses and optimizers.

One step on a batch B of M images, with the logits z of a network and the labels y in 0 .. K - 1:

    loss(theta) = mean over B of  log sum_k exp(z_k) - z_y          softmax cross-entropy, from the logits
    theta      <- one rule of an optimizer (Adam as the slides use it) on its gradient

The batches of an epoch are a random order of the training images, cut into pieces of M; a new order each epoch. Accuracy is
the share of images whose largest logit is that of their label. *Train* accuracy at a step is that of the step's own batch,
before the update, as the slides plot it: it jumps by 1 / M. *Test* accuracy is over all test images, without dropout.

==================  =========================================================================================
``runs``            one run on digits; ``runs_mnist`` and others load the images
``runs_quarter``    the same of a network with a quarter of the maps and units
``batches``         which images a step sees: a function of (seed, step) alone
``loop``            one training run of one seed, whatever the backend: a learner, a plan, curves
``checkpoints``     the state of a run on disk, whole or not at all; no pickle
``learner_torch``   the learner in PyTorch: the fast one
``learner_numpy``   in NumPy, for small networks: every step written out
``learner_tensorflow``  in Keras, one graph a step
``starting``        the weights before the first step
``power``           how many seeds decide; ``distributions`` shows ours beside the printed values
``smoothing``       TensorBoard's exponential smoothing, which the printed legends show
``events``          curves as TensorBoard event files, laid out as the slides do
==================  =========================================================================================
"""
