r"""Triplet embedding: distances that are learned on some classes and tell others apart.

Source: siggraph-ml-9, slide "Summary", which names FaceNet under transfer learning; the loss is that of Schroff, Kalenichenko and
Philbin, "FaceNet: a unified embedding for face recognition and clustering", 2015. Builds on networks, training, optimizers and datasets.

An image x becomes a point of the unit sphere, e = f / \|\|f\|\| with f the network's output. A triplet is an anchor a, another image p of
its class and an image n of another class; its loss asks that n be farther from a than p by a margin m,

    L = max(0,  \|\|a - p\|\|^2 - \|\|a - n\|\|^2 + m)

    dL/da = 2 (n - p),    dL/dp = 2 (p - a),    dL/dn = 2 (a - n)        where the loss is not 0

and back through the sphere only what is tangent to it passes: dL/df = (dL/de - e (e . dL/de)) / \|\|f\|\|.

An unknown class is recognised from one image of it: a query gets the class of the nearest of one image a class (*one shot*).

====================  ======================================================================
``embedding_numpy``   the sphere, the loss, their gradients, nearest neighbours
``runs``              one recorded run: trained on 0 to 4, asked about 5 to 9
``experiments``       what is claimed of it
====================  ======================================================================
"""
