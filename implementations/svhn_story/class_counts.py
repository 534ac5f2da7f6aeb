"""How often each digit stands in SVHN's training file, digit 0 first.

Counts of the published labels (train_32x32.mat), as programs that read the file print or quote them, always the same. They add up to the
73,257 training digits that the publisher states: Y. Netzer and others, 2011.
"""

SVHN_TRAIN = (4948, 13861, 10585, 8497, 7458, 6882, 5727, 5595, 5045, 4659)
