"""Data: what the experiments learn from, verified byte for byte before anything is learned.

=================  ==========================================================================================
set                what it is
=================  ==========================================================================================
mnist              60,000 + 10,000 handwritten digits, 28x28 grey, the official IDX files
cifar10            50,000 + 10,000 small colour pictures of 10 classes, 32x32 RGB, the official binary version
cifar10-subset     the first 4,000 + 1,000 of them, the original pixels
cifar10-jpeg       all 60,000 of them as JPEG files: other pixels, fit for effects and not for printed accuracies
svhn               73,257 + 26,032 house numbers cut into digits, 32x32 RGB, MATLAB files
shakespeare-tiny   1,115,394 characters
shakespeare        4,573,338 characters
glyphs             printed digits drawn from the fonts that matplotlib carries; needs no file
=================  ==========================================================================================

``registry.toml`` holds for each file its size and SHA-256, its publisher, its licence and its addresses. Size and digest
are those of the *content*: ``train-images-idx3-ubyte`` and ``train-images-idx3-ubyte.gz`` are the same file here, whoever
packed the second one. What is packed in an archive (CIFAR-10) is known by the archive's own digest, and stays packed.

Where a file is looked for: ``$REPRO_DATA/<folder>/``, then the cache (``$REPRO_CACHE``, or the user's cache folder). The
network is asked by ``repro data fetch NAME`` and by nothing else. A reader takes only the bytes of the digest: so the
digest of a set, which a record of a measurement carries, is known without reading a single file.

==================  =========================================================================================
``registry``        the table of sets and files
``files``           find a file, read its content, refuse any other content
``fetching``        download: one process a set, whole or not at all
``archives``        named members of a tar archive, in memory, within limits
``samples``         ``Images``, ``Text`` and ``training_tensor``: what the readers return
``mnist cifar svhn shakespeare``   one reader each
``glyphs``          the set that is drawn
``loading``         any set of images by its name
``catalogue``       what the harness asks: is it here, its digest, fetch it, check it
==================  =========================================================================================

Sources. MNIST: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits". CIFAR-10: A. Krizhevsky,
"Learning Multiple Layers of Features from Tiny Images", 2009. SVHN: Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu,
A. Y. Ng, "Reading Digits in Natural Images with Unsupervised Feature Learning", 2011. Shakespeare: the two text files that
A. Karpathy published with char-rnn, 2015.
"""
