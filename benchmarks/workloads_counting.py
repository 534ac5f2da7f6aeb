"""GoogLeNet's shapes, parameters and multiply-adds: from the table, and from frameworks' models without memory behind them.

"table" is `counting.summary` and `counting.totals` on a table made anew. "torch meta" builds the same network as torch modules on the
"meta" device, where tensors have shapes and no numbers, and runs an image through it with torch's own counter of operations: what
a user of torch has to do for the same three columns.
"""

from __future__ import annotations

from functools import partial

from benchmarks.workload import Run, Workload
from implementations.networks.catalogue import network
from implementations.networks.counting import summary

NAMES = ("googlenet", "resnet50")


def _table(name: str) -> Run:
    def run() -> tuple[int, int]:
        lines = summary(network(name))
        return sum(line.weights + line.biases for line in lines), sum(line.multiply_adds for line in lines)

    return run


def _torch_meta(name: str) -> Run:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from implementations.networks.networks_torch import TableNetwork

    def run() -> tuple[int, int]:
        found = network(name)
        with torch.device("meta"), FlopCounterMode(display=False) as counter:
            module = TableNetwork(found)
            module(torch.empty(1, *found.input))
        return sum(p.numel() for p in module.parameters()), counter.get_total_flops() // 2

    return run


WORKLOADS = [
    Workload(
        name=f"counting {name}",
        says=f"shapes, parameters and multiply-adds of {name}"
        + ("; must 5 ms, aim 1 ms" if name == "googlenet" else ""),
        backends={"table": partial(_table, name), "torch meta": partial(_torch_meta, name)},
        goals=[],
        tolerance=0.0,
    )
    for name in NAMES
]
