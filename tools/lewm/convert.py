# SPDX-License-Identifier: Apache-2.0
"""From a LeWM state dict to the tensors and the metadata of the model file `umwelt-jepa/1`.

What is fixed at inference is folded, in float64: pixel statistics into the patch projection,
BatchNorm into the Linear before it.
"""
import json
import os

import torch
from safetensors import safe_open
from safetensors.torch import save

from problem import Problem

FORMAT = "umwelt-jepa/1"
BATCH_NORM_EPSILON = 1e-5  # PyTorch's default, which the reference keeps
FRAME_SCALE, FRAME_OFFSET = 1 / 255, -0.5


class Conversion:
    """The tensors of the file as they are made, from a state dict in float64."""

    def __init__(self, state):
        self.state = {name: tensor.double() for name, tensor in state.items()}
        self.found = {}

    def linear(self, name, source):
        weight = self.state[f"{source}.weight"]
        if weight.dim() == 3:  # a convolution over one step
            weight = weight[..., 0]
        self.found[f"{name}.weight"] = weight
        bias = self.state.get(f"{source}.bias")
        self.found[f"{name}.bias"] = torch.zeros(len(weight)) if bias is None else bias

    def norm(self, name, source):
        self.found[f"{name}.gain"] = self.state[f"{source}.weight"]
        self.found[f"{name}.bias"] = self.state[f"{source}.bias"]

    def projector(self, name, source):
        """Linear, BatchNorm, GELU, Linear; the BatchNorm goes into the first Linear."""
        self.linear(f"{name}.0", f"{source}.net.0")
        self.linear(f"{name}.1", f"{source}.net.3")
        gain, shift, mean, variance = (self.state[f"{source}.net.1.{part}"] for part in (
            "weight", "bias", "running_mean", "running_var"))
        gain = gain / (variance + BATCH_NORM_EPSILON).sqrt()
        weight, bias = f"{name}.0.weight", f"{name}.0.bias"
        self.found[weight] = self.found[weight] * gain[:, None]
        self.found[bias] = (self.found[bias] - mean) * gain + shift

    def encoder(self, blocks, pixels):
        embeddings = "encoder.embeddings"
        patch = f"{embeddings}.patch_embeddings.projection"
        self.found["encoder.patch.weight"], self.found["encoder.patch.bias"] = fold_pixels(
            self.state[f"{patch}.weight"], self.state[f"{patch}.bias"], *pixels)
        self.found["encoder.cls"] = self.state[f"{embeddings}.cls_token"].reshape(-1)
        self.found["encoder.position"] = self.state[f"{embeddings}.position_embeddings"][0]
        for index in range(blocks):
            name, source = f"encoder.blocks.{index}", f"encoder.layers.{index}"
            self.norm(f"{name}.norm1", f"{source}.layernorm_before")
            self.norm(f"{name}.norm2", f"{source}.layernorm_after")
            for kind in ("weight", "bias"):
                self.found[f"{name}.qkv.{kind}"] = torch.cat(
                    [self.state[f"{source}.attention.{part}_proj.{kind}"] for part in "qkv"])
            self.linear(f"{name}.out", f"{source}.attention.o_proj")
            self.linear(f"{name}.up", f"{source}.mlp.fc1")
            self.linear(f"{name}.down", f"{source}.mlp.fc2")
        self.norm("encoder.norm", "encoder.layernorm")
        self.projector("encoder.projector", "projector")

    def predictor(self, blocks):
        self.found["predictor.position"] = self.state["predictor.pos_embedding"][0]
        for index in range(blocks):
            name, source = f"predictor.blocks.{index}", f"predictor.transformer.layers.{index}"
            self.linear(f"{name}.modulation", f"{source}.adaLN_modulation.1")
            self.norm(f"{name}.norm1", f"{source}.attn.norm")
            self.linear(f"{name}.qkv", f"{source}.attn.to_qkv")
            self.linear(f"{name}.out", f"{source}.attn.to_out.0")
            self.norm(f"{name}.norm2", f"{source}.mlp.net.0")
            self.linear(f"{name}.up", f"{source}.mlp.net.1")
            self.linear(f"{name}.down", f"{source}.mlp.net.4")
        self.norm("predictor.norm", "predictor.transformer.norm")
        self.projector("predictor.projector", "pred_proj")


def tensors_of(state, sizes, pixels):
    """All tensors of the file. `pixels` is the (mean, std) of each colour."""
    made = Conversion(state)
    made.encoder(sizes.blocks, pixels)
    made.linear("action.patch", "action_encoder.patch_embed")
    made.linear("action.hidden", "action_encoder.embed.0")
    made.linear("action.out", "action_encoder.embed.2")
    made.predictor(sizes.predictor_blocks)
    return {name: tensor.float().contiguous() for name, tensor in made.found.items()}


def fold_pixels(weight, bias, mean, std):
    """The patch layer for rows of value / 255 - 0.5, each in row, column, channel order.

    Shape: weight [W,3,P,P], mean and std [3]; the result [W, P * P * 3] and [W].
    """
    mean, std = torch.tensor(mean).double(), torch.tensor(std).double()
    scaled = weight / std[:, None, None]
    shift = -FRAME_OFFSET - mean
    bias = bias + (scaled * shift[:, None, None]).sum((1, 2, 3))
    return scaled.permute(0, 2, 3, 1).reshape(len(weight), -1), bias


def spec_of(sizes, board, step_s, action, training):
    """What the file says of itself. `action` has names, mean and std of a raw action, and block."""
    block = action["block"]
    return {
        "board": board,
        "step_s": step_s,
        "latent": sizes.latent,
        "frame": {"width": sizes.pixels, "height": sizes.pixels, "scale": FRAME_SCALE,
                  "offset": FRAME_OFFSET},
        "imu": None,
        "action": {
            "names": [f"{name}.{step}" for step in range(block) for name in action["names"]],
            "scale": list(action["std"]) * block,
            "offset": list(action["mean"]) * block,
            "block": block,
        },
        "encoder": {
            "kind": "vit", "patch": sizes.patch, "width": sizes.width, "blocks": sizes.blocks,
            "heads": sizes.heads, "mlp": sizes.mlp, "epsilon": 1e-12,
            "projector": sizes.projector},
        "predictor": {
            "kind": "adaln-transformer", "width": sizes.latent, "blocks": sizes.predictor_blocks,
            "heads": sizes.predictor_heads, "head_width": sizes.head_width,
            "mlp": sizes.predictor_mlp, "history": sizes.history,
            "action_features": sizes.action_features, "action_hidden": sizes.action_hidden,
            "projector": sizes.predictor_projector},
        "head": None,
        "surprise": None,
        "training": training,
    }


def write(path, tensors, metadata):
    """Writes beside `path` and renames: a reader sees the old file or the whole new one."""
    partial = f"{path}.part"
    try:
        with open(partial, "wb") as file:
            file.write(in_order(save(tensors, metadata)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise Problem(path, f"cannot be written ({error.strerror})",
                      "choose another place") from None


def in_order(payload):
    """A safetensors file with its metadata sorted: the library's order changes from run to run."""
    end = 8 + int.from_bytes(payload[:8], "little")
    header = json.loads(payload[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + payload[end:]


def write_model(path, tensors, spec):
    """Writes a model file and checks that it reads back equal."""
    write(path, tensors, {"format": FORMAT, "umwelt": json.dumps(spec)})
    found, found_spec = read_model(path)
    same = found.keys() == tensors.keys() and all(
        torch.equal(found[name], tensor) for name, tensor in tensors.items())
    if not same or found_spec != json.loads(json.dumps(spec)):
        raise Problem(path, "did not read back equal", "check the disk and export again")


def read_model(path):
    """(tensors, spec) of a model file."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
        if metadata.get("format") != FORMAT:
            raise Problem(path, f"its format is {metadata.get('format')}, not {FORMAT}",
                          "give a file written by tools/export")
        return {name: file.get_tensor(name) for name in file.keys()}, json.loads(metadata["umwelt"])
