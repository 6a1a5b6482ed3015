# SPDX-License-Identifier: Apache-2.0
"""A workload's module with the weights of its folder."""
from pathlib import Path

import torch
from torch import nn

import folder
import modules
import workloads


def load(path: Path, fused: bool) -> nn.Module:
    """The module, ready to run."""
    module = modules.make(path.name, fused)
    weights = folder.weights(path)
    module.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return module


def step_inputs(path: Path) -> tuple[torch.Tensor, ...]:
    """Example inputs of the module."""
    values = workloads.step_inputs(path.name, folder.inputs(path))
    return tuple(torch.from_numpy(value).contiguous() for value in values)
