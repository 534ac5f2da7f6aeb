r"""From MNIST to SVHN: the course's story of a network that works on one set of digits and fails on the next, step by step.

Source: columbia-deep-learning, slides "MNIST -> SVHN" to "10. HYPERPARAMETER SEARCH". Builds on networks (the tables), training (the
loop and its torch learner), datasets (glyphs, samples, the readers of SVHN and MNIST) and losses (the loss as printed).

An SVHN file keeps its pictures along the last axis, X[row, column, channel, image]. What the slides do with it:

    scrambled     X.reshape(n, -1)[i]                         3072 successive numbers of the file: one row of pixels of many pictures
    mended        X.transpose(3, 0, 1, 2).reshape(n, -1)[i]   the 3072 numbers of picture i

A predictor that gives every picture the class k is right for the share p_k of the pictures; of n pictures the number of right ones is
Binomial(n, p_k). Mean subtraction takes from every picture x the mean of each of its channels,

    x[r, c, ch]  <-  x[r, c, ch] - 1/(32 * 32) sum over r', c' of x[r', c', ch]

so that its brightness and its cast of colour are gone, and its contrast is not.

The *stand-in* is not SVHN: it is drawn digits in random colours, brightness and contrast, with parts of other digits beside them
and SVHN's shares of the classes. It shows the effects of the story, and no printed accuracy.

==================  =========================================================================================
``axes``            the order of the axes, and labels from 1 to 10
``printed``         what follows from the printed numbers alone
``class_counts``    how often each digit stands in SVHN's training file
``names``           what a network's name says of its layers
``lettered``        networks from their names: a letter is a layer
``stand_in``        the coloured digits
``learner_torch``   training on pixels as they are, or with their means subtracted; with the loss as printed
``runs``            one recorded run on the stand-in; ``runs_svhn`` on SVHN itself
``experiments``     what the slides claim of training, read from recorded runs
``figures``         exhibits
==================  =========================================================================================
"""
