"""Q-learning on CartPole with the printed bins and settings: the same number of steps a seed, by one loop a seed or by all seeds at once.

"numpy" and "compiled" are ours and learn the same tables. "gymnasium loop" is what a user writes today: one seed after the other, the
environment's steps, NumPy's generator, each observation put into its bins once. It draws its own random numbers, so its tables are other
ones. "as printed" is the slides' Agent class, which looks the same bins up several times a step. "env.step alone" learns nothing.
"""

from __future__ import annotations

import numpy as np

from benchmarks.workload import Goal, Run, Workload
from implementations.cartpole import cartpole_numpy, gymnasium_loop
from implementations.cartpole.settings import Settings

PRINTED = Settings()


def _numpy(seeds: int, steps: int) -> Run:
    return lambda: [cartpole_numpy.learn(PRINTED, np.arange(seeds), steps).q]


def _compiled(seeds: int, steps: int) -> Run:
    from implementations.cartpole import cartpole_numba

    return lambda: [cartpole_numba.learn(PRINTED, np.arange(seeds), steps).q]


def _as_printed(seeds: int, steps: int) -> Run:
    env = gymnasium_loop.make()  # an ImportError here is "not run"

    def run() -> list[float]:
        for seed in range(seeds):
            agent = gymnasium_loop.Agent("q_discretized", PRINTED, np.random.default_rng(seed))
            observation, _ = env.reset(seed=seed)
            for _ in range(steps):
                last, action = observation, agent.choose_action(observation)
                observation, reward, terminated, truncated, _ = env.step(action)
                agent.q_update(last, action, reward, observation)
                if terminated or truncated:
                    observation, _ = env.reset()
        return [float(agent.theta.sum())]

    return run


def _lean(seeds: int, steps: int) -> Run:
    env = gymnasium_loop.make()
    angles, spins = (np.array(edges) for edges in PRINTED.bins.edges[2:])

    def run() -> list[float]:
        for seed in range(seeds):
            rng, q = np.random.default_rng(seed), np.zeros((4, 3, 2))
            observation, _ = env.reset(seed=seed)
            s = np.digitize(observation[2], angles), np.digitize(observation[3], spins)
            for _ in range(steps):
                explores = rng.random() < PRINTED.epsilon
                action = int(rng.integers(2)) if explores else 0 if q[s][0] > q[s][1] else 1
                observation, reward, terminated, truncated, _ = env.step(action)
                after = np.digitize(observation[2], angles), np.digitize(observation[3], spins)
                q[s][action] += PRINTED.alpha * (reward + PRINTED.gamma * max(q[after]) - q[s][action])
                s = after
                if terminated or truncated:
                    observation, _ = env.reset()
                    s = np.digitize(observation[2], angles), np.digitize(observation[3], spins)
        return [float(q.sum())]

    return run


def _stepping(seeds: int, steps: int) -> Run:
    env = gymnasium_loop.make()

    def run() -> list[float]:
        env.reset(seed=0)
        for t in range(seeds * steps):
            _, _, terminated, truncated, _ = env.step(t % 2)
            if terminated or truncated:
                env.reset()
        return []

    return run


def _workload(seeds: int, steps: int, must: float) -> Workload:
    return Workload(
        name=f"CartPole Q, {seeds}",
        says=f"Q-learning on CartPole with the printed bins, {seeds} seeds of {steps} steps each",
        backends={
            "numpy": lambda: _numpy(seeds, steps),
            "compiled": lambda: _compiled(seeds, steps),
            "gymnasium loop": lambda: _lean(seeds, steps),
            "as printed": lambda: _as_printed(seeds, steps),
            "env.step alone": lambda: _stepping(seeds, steps),
        },
        goals=[Goal("numpy", "gymnasium loop", must=must), Goal("compiled", "gymnasium loop", must=300)],
        tolerance=1e-9,
        other_results=["gymnasium loop", "as printed", "env.step alone"],
    )


WORKLOADS = [_workload(64, 200, must=15), _workload(1024, 64, must=100)]
