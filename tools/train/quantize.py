# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the model file `umwelt-jepa/1`: int8 weights per output channel + remainder.

A Linear is stored as q (int8), one scale per output and a float bias; `remainder` holds the next
8 bits for the float reference path. BatchNorm is folded away before.
"""
import copy
import json
import os

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save
from torch import nn

from model import WorldModel

FORMAT = "umwelt-jepa/1"
REMAINDER = 254.0  # remainder = +-127 stands for half a step of q


def fold(model):
    """A copy of `model` in eval mode, the encoder's BatchNorm folded into its last Linear."""
    model = copy.deepcopy(model).eval()
    encoder = model.encoder
    whiten, last = encoder.whiten, encoder.get_submodule(encoder.last)
    if isinstance(whiten, nn.Identity):  # read from a file: folded already
        return model
    gain = (whiten.running_var + whiten.eps).rsqrt()
    with torch.no_grad():
        last.weight.mul_(gain[:, None])
        last.bias.sub_(whiten.running_mean).mul_(gain)
    encoder.whiten = nn.Identity()
    return model


def quantize_weight(weight):
    """Weight [OUT,IN] to (q int8, scale [OUT], remainder int8)."""
    scale = (weight.abs().amax(1) / 127).clamp_min(1e-12)
    steps = weight / scale[:, None]
    q = steps.round().clamp(-127, 127)
    remainder = ((steps - q) * REMAINDER).round().clamp(-127, 127)
    return q.to(torch.int8), scale, remainder.to(torch.int8)


class Int8Linear(nn.Module):
    """A Linear as the int8 engine computes it: dynamic int8 rows, exact integer sums.

    The sums are formed in float32, which is exact: 127 * 127 * IN < 2^24 for IN <= 1040.
    """

    def __init__(self, q, scale, bias):
        super().__init__()
        assert q.shape[1] <= 1040, "float32 would round the integer sums of so many inputs"
        self.q, self.scale, self.bias = q.float(), scale, bias

    def forward(self, x):
        most = x.abs().amax(-1, keepdim=True)
        quantiser = torch.where(most < 1e-30, torch.zeros_like(most), 127 / most)
        return F.linear((x * quantiser).round(), self.q) * (most / 127 * self.scale) + self.bias


def tensors_of(model, remainder=True):
    """All tensors of the file, from a folded model."""
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            q, scale, rest = quantize_weight(module.weight.detach())
            tensors |= {f"{name}.weight": q, f"{name}.scale": scale}
            tensors[f"{name}.bias"] = module.bias.detach()
            if remainder:
                tensors[f"{name}.remainder"] = rest
        elif isinstance(module, nn.LayerNorm):
            tensors[f"{name}.gain"] = module.weight.detach()
            tensors[f"{name}.bias"] = module.bias.detach()
    if hasattr(model.encoder, "position"):
        tensors["encoder.position"] = model.encoder.position.detach()
    return {name: tensor.contiguous() for name, tensor in tensors.items()}


def write_atomically(path, payload):
    """Writes bytes beside `path` and renames: a reader sees the old file or the whole new one."""
    partial = f"{path}.part"
    with open(partial, "wb") as file:
        file.write(payload)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def write(path, model, spec, remainder=True):
    """Quantizes `model` into the model file at `path` and checks that it reads back equal."""
    tensors = tensors_of(fold(model), remainder)
    metadata = {"format": FORMAT, "licence": "Apache-2.0", "umwelt": json.dumps(spec)}
    write_atomically(path, save(tensors, metadata))
    found, found_spec = read_tensors(path)
    if found_spec != json.loads(json.dumps(spec)) or found.keys() != tensors.keys():
        raise SystemExit(f"{path}: metadata or tensor names did not read back equal")
    for name, tensor in tensors.items():
        if found[name].dtype != tensor.dtype or not torch.equal(found[name], tensor):
            raise SystemExit(f"{path}: tensor {name} did not read back equal")


def read_tensors(path):
    """The tensors and the spec of a model file."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        if metadata.get("format") != FORMAT:
            raise SystemExit(f"{path}: format is {metadata.get('format')}, expected {FORMAT}")
        return {name: file.get_tensor(name) for name in file.keys()}, json.loads(metadata["umwelt"])


def load(path, int8):
    """(model, spec) of a model file: as the int8 engine, or as the float reference path."""
    tensors, spec = read_tensors(path)
    return assemble(tensors, spec, int8), spec


@torch.no_grad()
def assemble(tensors, spec, int8):
    """The model of these tensors: as the int8 engine computes, or as the float reference path."""
    model = WorldModel(spec).eval()
    model.encoder.whiten = nn.Identity()
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Linear):
            q, scale, bias = (tensors[f"{name}.{part}"] for part in ("weight", "scale", "bias"))
            if int8:
                model.set_submodule(name, Int8Linear(q, scale, bias))
                continue
            rest = tensors.get(f"{name}.remainder", torch.zeros_like(q))
            module.weight.copy_(scale[:, None] * (q.float() + rest.float() / REMAINDER))
            module.bias.copy_(bias)
        elif isinstance(module, nn.LayerNorm):
            module.weight.copy_(tensors[f"{name}.gain"])
            module.bias.copy_(tensors[f"{name}.bias"])
    if hasattr(model.encoder, "position"):
        model.encoder.position.copy_(tensors["encoder.position"])
    return model
