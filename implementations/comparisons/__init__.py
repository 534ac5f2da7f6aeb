r"""Comparisons on digits that the slides leave to the student: optimizers, pooling, and the first Keras program.

Source: columbia-deep-learning, slides "CAUTION: CHOICE OF OPTIMIZER" (a plot without numbers, then Adam for the rest), "TRICKS OF
THE TRADE: POOLING" (fewer parameters at, hopefully, little loss of expressivity) and "CATALYST 4: SOFTWARE" (784-128-10 in
Keras). Builds on networks, datasets, training and optimizers.

**The race.** A rule has a step size alpha, and a race at the defaults is one between the defaults. So every rule runs at each
alpha of a grid A and at its default, all from the same weights, through the same batches, for equally many steps T:

    v(rule, alpha)    accuracy on validation images, which no step has seen
    t(rule, alpha)    accuracy on test images
    tuned score       t(rule, argmax over alpha of v(rule, alpha))        the test images choose nothing
    best rival        argmax over the other rules of v                    chosen on validation images too

A run whose loss is not finite any more has accuracy 0.

**Pooling.** A dense layer after F maps of h x w pixels has F h w weights an output; pooling by p leaves F h w / p^2 of them. What the
maps could tell apart and the dense layer can still use is *expressivity*; it is measured as what the network can be made to
fit: its own training images, and the same images with random labels, which only memory can fit. What the reader of the slide wants is
accuracy on images that it has not seen, which is another thing and is measured beside it.

==================  ======================================================================
``race``            one seed's race: every rule at every step size, on images that are given
``race_glyphs``     on drawn digits; ``race_mnist`` on MNIST
``race_numpy``      races of logistic regression once more, in NumPy; ``race_numpy_mnist`` on MNIST
``pooling``         networks with their poolings, and the same without; one seed's training
``capacity``        which labels a readout of pooled maps can fit, without training
``batch_sizes``     batches after equally many images seen; ``batch_sizes_glyphs``, ``batch_sizes_mnist`` on digits
``program``         the Keras program, counted and run; ``program_mnist`` runs it on MNIST
``experiments``     what the slides claim, read from the recorded runs or counted
``figures``         curves of the races, table of the poolings
==================  ======================================================================
"""
