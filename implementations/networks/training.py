r"""What one training step does, for every backend: the loss of a table's outputs, and the rule that moves the parameters.

Source: columbia-deep-learning, "ADDING COMPLEXITY" (Adam on the cross-entropy of logits); He et al 2015 for residual networks (momentum,
L2 decay). Labels are class numbers (batch,).

    L = mean over the batch of -log softmax(output)_label  +  0.3 * the same of each head          (Szegedy et al 2014)

    Momentum    g <- dL/dw + decay * w      v <- momentum * v + g      w <- w - rate * v
    Adam        m, v the means of g and g^2 (0.9, 0.999), corrected for their start      w <- w - rate * m / (sqrt(v) + epsilon)

`training_torch` and `training_tensorflow` have the step; each has a fast path, which computes the same (`rewriting`, and theirs).
"""

from __future__ import annotations

from dataclasses import dataclass

HEAD_WEIGHT = 0.3


@dataclass(frozen=True)
class Momentum:
    """Gradient descent with momentum; decay is that of L2 regularisation, added to the gradient of every parameter."""

    rate: float = 0.1
    momentum: float = 0.9
    decay: float = 0.0


@dataclass(frozen=True)
class Adam:
    """Adam with its usual means. Keras adds epsilon before the correction of v, torch after: by default both so small that it is lost."""

    rate: float = 1e-3
    epsilon: float = 1e-8


Rule = Momentum | Adam
