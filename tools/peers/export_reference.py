# SPDX-License-Identifier: Apache-2.0
"""Writes workloads: seeded weights and inputs, and PyTorch's float result.

    export_reference.py SEED FOLDER...      each named after its workload
"""
import sys
from pathlib import Path

import torch

import folder
import modules
import workloads


@torch.no_grad()
def export(path: Path, seed: int) -> None:
    """One workload into the folder of its name."""
    workload = workloads.WORKLOADS[path.name]
    torch.manual_seed(seed)
    module = modules.make(workload.name, fused=False)
    modules.randomise(module)
    inputs = [torch.randn(shape) for shape in workload.inputs]
    result = workloads.run(workload.name, module, inputs, torch.cat)
    weights = {name: value.numpy() for name, value in module.state_dict().items()}
    meta = {"name": workload.name, "macs": workload.macs, "seed": seed}
    folder.write(path, weights, [value.numpy() for value in inputs], result.numpy(), meta)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for argument in sys.argv[2:]:
        export(Path(argument), int(sys.argv[1]))
