r"""Feature visualisation: what the parts of a trained network look for.

Source: columbia-deep-learning, slide "INTERLUDE: RETRAINING / TRANSFER LEARNING", whose pictures of learned filters (Krizhevsky et al
2012) are lost in the text version: networks seem to learn useful concepts. Builds on networks, training and datasets.

The first layer's weights have a pixel each, so each unit's are a picture. Deeper, the picture that excites an output z_k most is
searched for by gradient ascent on the pixels (Erhan, Bengio, Courville and Vincent, "Visualizing higher-layer features of a deep
network", 2009; Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2013), held small by a penalty:

    x*_k = argmax over x of  z_k(x) - lambda/2 \|\|x\|\|^2          x <- x + alpha (dz_k/dx - lambda x)

Of a linear classifier z = x W + b it is known: x*_k = w_k / lambda, the k-th filter itself.

========================  ======================================================================
``visualisation_numpy``   the ascent
``figures``               filters, and the pictures that excite the outputs, of networks trained on drawn digits
========================  ======================================================================
"""
