"""Policy evaluation with many states: the same equations as `mdp_numpy.evaluate`, held sparsely."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from implementations.mdp.mdp_numpy import MDP

Array = NDArray[np.float64]

DIRECT = 1_000  # states: up to here factorising is quicker than iterating, beyond it the factors fill


def equations(mdp: MDP, policy: Array, gamma: float) -> tuple[Any, Array]:
    """I - gamma P_pi as a CSR matrix (S, S), and r_pi (S,); a terminal state's row says v = 0."""
    states, width = mdp.states, mdp.actions * mdp.probability.shape[2]
    weight = policy[:, :, None] * mdp.probability
    reward = np.einsum("sak,sak->s", weight, mdp.reward)
    weight[mdp.terminal] = 0.0
    data = np.empty((states, width + 1))
    data[:, 0], data[:, 1:] = 1.0, -gamma * weight.reshape(states, width)
    columns = np.empty((states, width + 1), np.int32)
    columns[:, 0], columns[:, 1:] = np.arange(states), mdp.successor.reshape(states, width)
    rows = np.arange(0, states * (width + 1) + 1, width + 1, dtype=np.int32)
    return sparse.csr_matrix((data.ravel(), columns.ravel(), rows), shape=(states, states)), reward


def evaluate(
    mdp: MDP, policy: Array, gamma: float, method: Literal["auto", "direct", "iterative"] = "auto", error: float = 1e-10
) -> Array:
    """v_pi, (S,): by sparse LU up to a thousand states, by BiCGSTAB beyond.

    The iterative answer is within `error` of v_pi in every state: max |v - v_pi| <= max |residual| / (1 - gamma), since
    (I - gamma P)^-1 has row sums of 1/(1 - gamma). Where that is not reached (or gamma = 1, where it says nothing) the
    equations are factorised. Raises RuntimeError where they are singular.
    """
    matrix, reward = equations(mdp, policy, gamma)
    if method == "iterative" or (method == "auto" and mdp.states > DIRECT):
        v = _iterate(matrix, reward, error * (1 - gamma))
        if v is not None:
            return v
    matrix.sum_duplicates()
    value: Array = linalg.splu(matrix.tocsc(), permc_spec="COLAMD").solve(reward)
    return value


def _iterate(matrix: Any, reward: Array, residual: float) -> Array | None:
    """A solution with this residual in every row at most, or None."""
    if not residual > 0:
        return None
    v, _ = linalg.bicgstab(matrix, reward, x0=reward.copy(), rtol=0.0, atol=residual, maxiter=1000)
    return v if np.abs(reward - matrix @ v).max() <= residual else None
