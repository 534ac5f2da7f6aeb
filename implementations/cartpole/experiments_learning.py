"""What the slides say of their discretised Q learner: whether it learns, its dips, its values, its table, its code.

A total reward is "late" in the last 100 of 1001 episodes. The ledger's open settings are arguments: `alpha`, `edge` (of the angular
velocity's bins, 3 rad/s in the code and 0.3 in a comment), `terminal` (see `settings`).
"""

import itertools
import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.cartpole import cartpole_numpy, gymnasium_loop, policies
from implementations.cartpole.cartpole_numpy import Learned
from implementations.cartpole.discretisation import printed_bins
from implementations.cartpole.dynamics import V0, Array, Seeds
from implementations.cartpole.experiments_policies import average_reward
from implementations.cartpole.settings import Settings

LATE = 100  # episodes
DIP = 100  # an episode with fewer steps is a dip: half of what can be had
TEST = 1_000_000  # added to the seeds of learning for episodes that test what was learned


def settings(edge: float = 3.0, **others: Any) -> Settings:
    """The printed settings, with the velocity's bins at +- `edge` and whatever else is given."""
    return Settings(bins=printed_bins(edge), **others)


def learned(seeds: Seeds, backend: str, edge: float = 3.0, **others: Any) -> Learned:
    """What the learner with these settings has learned, by either backend."""
    if backend == "numba":
        from implementations.cartpole import cartpole_numba

        return cartpole_numba.learn(settings(edge, **others), seeds)
    return cartpole_numpy.learn(settings(edge, **others), seeds)


def late_reward(seeds: Seeds, backend: str = "numpy", **others: Any) -> Array:
    """Mean total reward of the last 100 episodes."""
    mean: Array = learned(seeds, backend, **others).lengths[:, -LATE:].mean(axis=1)
    return mean


def learner_against_fixed(
    seeds: Seeds, backend: str = "numpy", policy: str = "left_right", **others: Any
) -> dict[str, Array]:
    """The learner's late total reward, and that of a policy that does not learn."""
    return {"learner": late_reward(seeds, backend, **others), "fixed": average_reward(seeds, policy)}


def learner_against_fixed_in_gymnasium(seeds: Seeds, learners: int = 6, **others: Any) -> dict[str, float]:
    """The same in gymnasium, by the slides' own class and loop, a mean over a few learners."""
    late = [_per_step(k, **others)[1][-LATE:].mean() for k in range(learners)]
    agent = gymnasium_loop.Agent("left_right", Settings(), np.random.default_rng(0))
    fixed = gymnasium_loop.episodes(agent, gymnasium_loop.make(), 0, 100, learn=False)
    return {"learner": float(np.mean(late)), "fixed": float(fixed.mean())}


def balances(seeds: Seeds, backend: str = "numpy", edge: float = 3.0, **others: Any) -> NDArray[np.bool_]:
    """Whether the learned table, without exploring and without learning, keeps the pole up for all 200 steps of one more episode."""
    q = learned(seeds, backend, edge, **others).q
    kept: NDArray[np.bool_] = policies.play(policies.greedy(q, printed_bins(edge)), seeds + TEST) == V0
    return kept


def compared(seeds: Seeds, a: dict[str, Any], b: dict[str, Any], backend: str = "numpy") -> dict[str, Array]:
    """Late total reward under two settings."""
    return {"a": late_reward(seeds, backend, **a), "b": late_reward(seeds, backend, **b)}


def dips(seeds: Seeds, backend: str = "numpy", late: int = LATE, **others: Any) -> Array:
    """The share of late episodes with fewer than 100 steps."""
    share: Array = (learned(seeds, backend, **others).lengths[:, -late:] < DIP).mean(axis=1)
    return share


def dips_by_learning(
    seeds: Seeds, backend: str = "numpy", edge: float = 0.3, again: float = 0.2, **others: Any
) -> dict[str, Array]:
    """Dips while the table is learned; and in 20 more episodes with the table frozen, exploring a share `again` of the steps."""
    result = learned(seeds, backend, edge, **others)
    policy = policies.exploring(policies.greedy(result.q, printed_bins(edge)), again)
    short = [policies.play(policy, seeds + TEST, episode=episode) < DIP for episode in range(20)]
    return {"learning": (result.lengths[:, -LATE:] < DIP).mean(axis=1), "frozen": np.mean(short, axis=0)}


# --- the table -----------------------------------------------------------------------------------------------------------------------


def fixed_point(gamma: float = 0.99, reward: float = 1.0) -> float:
    """The value that the update leaves as it is where the pole never falls: v = r + gamma v."""
    return float(np.linalg.solve([[1.0 - gamma]], [reward])[0])


def largest_value(seeds: Seeds, backend: str = "numpy", **others: Any) -> Array:
    """The largest entry of the table."""
    largest: Array = learned(seeds, backend, **others).q.reshape(len(seeds), -1).max(axis=1)
    return largest


def smallest_positive_value(seeds: Seeds, backend: str = "numpy", **others: Any) -> Array:
    """The smallest entry of the table that was ever changed."""
    result = learned(seeds, backend, **others)
    least: Array = np.where(result.q > 0.0, result.q, np.inf).reshape(len(seeds), -1).min(axis=1)
    return least


def smallest_possible_value(seeds: Seeds, alpha: float = 1.0) -> float:
    """The least that an update with reward 1 leaves. Targets are at least 1, so an entry rises from 0 to alpha and never falls below."""
    entry, least = 0.0, np.inf
    for _ in range(1000):  # the worst case: nothing of value follows
        entry += alpha * (1.0 - entry)
        least = min(least, entry)
    return float(least)


def smallest_inner_value(seeds: Seeds, backend: str = "numpy", **others: Any) -> Array:
    """The smallest of the twelve entries for angles within 0.2 rad."""
    least: Array = learned(seeds, backend, **others).q[:, 0, 0, 1:3].reshape(len(seeds), -1).min(axis=1)
    return least


def smallest_inner_value_in_gymnasium(seeds: Seeds, learners: int = 4, **others: Any) -> float:
    """The same by the slides' class in gymnasium: the largest over a few learners."""
    if not settings(**others).bins.reachable[:2] == ((), ()):
        raise ValueError("the slides' table has one bin for position and velocity")
    return max(float(_per_step(k, **others)[0].theta[0, 0, 1:3].min()) for k in range(learners))


def inner_and_outer(seeds: Seeds, backend: str = "numpy", **others: Any) -> dict[str, Array]:
    """The mean entry for angles within 0.2 rad, and for those beyond."""
    q = learned(seeds, backend, **others).q[:, 0, 0]
    return {"within": q[:, 1:3].mean(axis=(1, 2, 3)), "beyond": q[:, [0, 3]].mean(axis=(1, 2, 3))}


# --- the code ------------------------------------------------------------------------------------------------------------------------


def table_shape(edge: float = 3.0, bins_for_edges: int = 1) -> dict[str, dict[str, int]]:
    """Bins of each variable as `np.digitize` numbers them: the largest index it can return, and one more for index 0."""
    names, bins = ("position", "velocity", "angle", "spin"), printed_bins(edge)
    far = [np.digitize(np.finfo(np.float32).max if abs(e[0]) < 1e20 else 1e19, e) for e in bins.edges]
    return {name: {"bins": int(k) + bins_for_edges} for name, k in zip(names, far, strict=True)}


def update_index(expression: str = "times") -> str:
    """What the printed index of the update does: the name of the error, or "ok". `times` is printed, `plus` joins the tuples."""
    theta, ind_last, action = np.zeros([1, 1, 4, 3, 2]), (0, 0, 1, 1), 1
    try:
        index: Any = ind_last * (action,) if expression == "times" else ind_last + (action,)  # type: ignore[operator]
        theta[index] += 1.0
    except TypeError as error:
        return type(error).__name__
    return "ok" if theta.sum() == 1.0 else "changes several entries"


def printed_entries(expression: str = "0,0,:,:,:0") -> int:
    """How many numbers the printed slice of the (1, 1, 4, 3, 2) table holds."""
    parts: dict[str, Any] = {":": slice(None), ":0": slice(0), ":1": slice(1), "0": 0, "1": 1}
    return int(np.zeros([1, 1, 4, 3, 2])[tuple(parts[part] for part in expression.split(","))].size)


def product_of_tuples() -> str:
    """The name of the error that Python raises for a tuple times a tuple, by the operator itself."""
    try:
        operator.mul((0, 0, 1, 1), (1,))
    except TypeError as error:
        return type(error).__name__
    return "ok"


def entries_by_counting() -> int:
    """How many indices of the table the printed slice selects: none lies from 0 up to, and without, 0 in the last place."""
    places = itertools.product(range(1), range(1), range(4), range(3), range(2))
    return sum(p0 == 0 and p1 == 0 and action in range(0) for p0, p1, _, _, action in places)


def _per_step(seed: int, **others: Any) -> tuple[gymnasium_loop.Agent, NDArray[np.int64]]:
    """One learner in gymnasium after all its episodes."""
    s = settings(**others)
    agent = gymnasium_loop.Agent("q_discretized", s, np.random.default_rng(seed))
    return agent, gymnasium_loop.episodes(agent, gymnasium_loop.make(s.limit), seed, s.episodes)
