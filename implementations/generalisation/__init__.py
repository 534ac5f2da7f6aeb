r"""What learning from examples can and cannot promise: five statements of the courses, on problems small enough to be exact.

Sources: siggraph-ml-9, slides "Summary" (universal approximation, no free lunch) and "Summary (Practice)" (bias and variance,
over- and under-training); columbia-deep-learning, slides "CATALYST 3: NEURAL NETWORKS" (any function can be fit),
"INFORMATION BOTTLENECKS IN NEURAL NETWORKS" (width, expressivity, overfitting), "8. VALIDATION DATA" and "10. HYPERPARAMETER
SEARCH" (choosing by images that are then reported). Builds on datasets, optimizers, losses, networks and training.

**Bias and variance** (`bias_variance`). A fit that is linear in the labels, g = A y, as every least-squares polynomial is, and every
stage of gradient descent towards one. With y = f + sigma e at n points and independent e of variance 1,

    E (g - f)^2  =  (A f - f)^2  +  sigma^2 (row of A)^2
    squared error =  bias^2      +  variance                         and sigma^2 more against labels that are noisy themselves

Over the design points the variance of a polynomial with p coefficients is sigma^2 p / n. From data alone: two independent data
sets give errors a and b, and (a^2 + b^2) / 2 = a b + (a - b)^2 / 2, whose two terms have the expectations bias^2 and variance.

**Approximation** (`approximation`). One hidden layer of n units: g(x) = c + sum_k v_k s(w_k x + b_k). With s = relu it is any
broken line of n breaks, so sup |g - f| <= h^2 / 8 max |f''| between knots h apart. With s a polynomial of degree q it is a polynomial of degree
q, whatever n: then sin(2 pi x), which takes +-1 four times in turn on [-1, 1], stays 1 away from all of degree below 3 (Chebyshev's
alternation). A continuous g stays 1/2 away from a step of height 1. Depth L raises the degree to q^L.

**No free lunch** (`no_free_lunch`). All 256 Boolean functions of three bits, all training sets: at a point that was not shown, half
of the functions that agree with what was shown say 0 and half say 1. So each prediction, hence each learner, is wrong half of the time.

**Width** (`width`, `replicas`). 784 - w - 10 networks on drawn digits, all seeds as one batch axis.

**Choosing** (`selection`). Of k candidates with the same true accuracy p, measured on n images, X_i ~ Binomial(n, p) right answers,

    E max X_i = sum over c >= 0 of 1 - P(X <= c)^k                   optimism = E max / n - p > 0

a fresh set of images has optimism 0. Guard: replace the incumbent only where a candidate is better by z standard errors of the
difference, with P(Z > z) = 0.05 / k.

**Calibration** (`calibration`). A softmax p is calibrated where it is right in a share p of the cases. Temperature T divides the logits
by the T that makes the validation loss least; an ensemble averages the members' p. Expected calibration error: the mean over images of
|accuracy - confidence| within bins of the confidence.

``experiments`` holds what the documents claim of these, ``figures`` the exhibits.
"""
