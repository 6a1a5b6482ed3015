# SPDX-License-Identifier: Apache-2.0
"""Computes an exported model file with nothing but tensor arithmetic, and compares goldens.

Written from the format, not from the reference modules: where both agree, the export is right.
Run as `forward.py MODEL GOLDEN`.
"""
import sys

import torch

from convert import read_model
from problem import Problem
from safetensors.torch import load_file

TOLERANCE = 2e-4  # of float32: largest difference, in units of the tensor's RMS where above 1
ADALN_EPSILON, PREDICTOR_EPSILON = 1e-6, 1e-5


def gelu(x):
    """x * Phi(x), exact."""
    return x * 0.5 * (1 + torch.erf(x / 2**0.5))


def silu(x):
    return x * torch.sigmoid(x)


def standardise(x, epsilon):
    """Mean 0 and variance 1 of each row."""
    centred = x - x.mean(-1, keepdim=True)
    return centred / (centred.square().mean(-1, keepdim=True) + epsilon).sqrt()


class Model:
    """A model file, ready to compute."""

    def __init__(self, tensors, spec):
        self.tensors, self.spec = tensors, spec
        self.scale = torch.tensor(spec["action"]["scale"])
        self.offset = torch.tensor(spec["action"]["offset"])

    def linear(self, name, x):
        return x @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]

    def norm(self, name, x, epsilon):
        gain, bias = self.tensors[f"{name}.gain"], self.tensors[f"{name}.bias"]
        return standardise(x, epsilon) * gain + bias

    def attend(self, qkv, heads, causal):
        """Shape: [rows, tokens, 3 * heads * head_width] to [rows, tokens, heads * head_width]."""
        rows, tokens, _ = qkv.shape
        q, k, v = qkv.view(rows, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        if causal:
            scores = scores.masked_fill(torch.ones(tokens, tokens).triu(1) > 0, -torch.inf)
        return (scores.softmax(-1) @ v).transpose(1, 2).reshape(rows, tokens, -1)

    def project(self, name, x):
        return self.linear(f"{name}.1", gelu(self.linear(f"{name}.0", x)))

    def encode(self, frames):
        """Stages of frames [N, height, width, 3]."""
        spec, stages = self.spec["encoder"], {}
        side, epsilon = spec["patch"], spec["epsilon"]
        pixels = frames.float() * self.spec["frame"]["scale"] + self.spec["frame"]["offset"]
        count, height, width, _ = pixels.shape
        grid = pixels.view(count, height // side, side, width // side, side, 3)
        patches = grid.permute(0, 1, 3, 2, 4, 5).reshape(count, -1, side * side * 3)
        cls = self.tensors["encoder.cls"].expand(count, 1, -1)
        x = torch.cat([cls, self.linear("encoder.patch", patches)], 1)
        x = stages["encoder.embedded"] = x + self.tensors["encoder.position"]
        for index in range(spec["blocks"]):
            name = f"encoder.blocks.{index}"
            qkv = self.linear(f"{name}.qkv", self.norm(f"{name}.norm1", x, epsilon))
            x = x + self.linear(f"{name}.out", self.attend(qkv, spec["heads"], causal=False))
            up = self.linear(f"{name}.up", self.norm(f"{name}.norm2", x, epsilon))
            x = stages[f"encoder.block.{index}"] = x + self.linear(f"{name}.down", gelu(up))
        stages["encoder.cls"] = self.norm("encoder.norm", x[:, 0], epsilon)
        stages["latents"] = self.project("encoder.projector", stages["encoder.cls"])
        return stages

    def embed_action(self, raw):
        """Stages of raw action blocks [..., A]."""
        patch = self.linear("action.patch", (raw - self.offset) / self.scale)
        embedded = self.linear("action.out", silu(self.linear("action.hidden", patch)))
        return {"action.patch": patch, "action.embedded": embedded}

    def predict(self, latents, actions):
        """Stages of windows: latents [N, T, D] and raw actions [N, T, A], T at most the history."""
        stages = {}
        condition = silu(self.embed_action(actions)["action.embedded"])
        x = latents + self.tensors["predictor.position"][: latents.shape[1]]
        for index in range(self.spec["predictor"]["blocks"]):
            x = self.block(f"predictor.blocks.{index}", x, condition)
            stages[f"predictor.block.{index}"] = x
        stages["predictor.normed"] = self.norm("predictor.norm", x, PREDICTOR_EPSILON)
        stages["predicted"] = self.project("predictor.projector", stages["predictor.normed"])
        return stages

    def block(self, name, x, condition):
        modulation = self.linear(f"{name}.modulation", condition).chunk(6, -1)
        shift, scale, gate = modulation[:3]
        modulated = standardise(x, ADALN_EPSILON) * (1 + scale) + shift
        qkv = self.linear(f"{name}.qkv", self.norm(f"{name}.norm1", modulated, PREDICTOR_EPSILON))
        mixed = self.attend(qkv, self.spec["predictor"]["heads"], causal=True)
        x = x + gate * self.linear(f"{name}.out", mixed)
        shift, scale, gate = modulation[3:]
        modulated = standardise(x, ADALN_EPSILON) * (1 + scale) + shift
        up = self.linear(f"{name}.up", self.norm(f"{name}.norm2", modulated, PREDICTOR_EPSILON))
        return x + gate * self.linear(f"{name}.down", gelu(up))

    def rollout(self, history, past, candidates):
        """Latents [S, K, D] after each block of candidates [S, K, A].

        Shape: history [H, D], past [H - 1, A]; both are every candidate's.
        """
        count, window = len(candidates), self.spec["predictor"]["history"]
        latents = history.expand(count, -1, -1)
        actions = torch.cat([past.expand(count, -1, -1), candidates], 1)
        for end in range(len(history), actions.shape[1] + 1):
            begin = max(0, end - window)
            next_latent = self.predict(latents[:, begin:end], actions[:, begin:end])["predicted"]
            latents = torch.cat([latents, next_latent[:, -1:]], 1)
        return latents[:, len(history):]


def difference(found, expected):
    """Largest difference, in units of the expected RMS where that is above 1."""
    return float((found - expected).abs().max() / max(1.0, expected.square().mean().sqrt()))


@torch.no_grad()
def outputs(model, golden):
    """Everything a golden file expects, computed from its inputs."""
    found = model.encode(golden["frames"])
    found |= model.embed_action(golden["actions"])
    found |= model.predict(golden["predictor.latents"], golden["predictor.actions"])
    for name in (name.split(".")[0] for name in golden if name.endswith(".candidates")):
        candidates = golden[f"{name}.candidates"]
        past = golden.get(f"{name}.past", candidates.new_zeros(0, candidates.shape[-1]))
        flat = candidates.flatten(0, -3)
        latents = model.rollout(golden[f"{name}.history"], past, flat)
        costs = (latents[:, -1] - golden[f"{name}.goal"]).square().sum(-1)
        found[f"{name}.costs"] = costs.view(candidates.shape[:-2])
        if name.startswith("rollout"):
            found[f"{name}.latents"] = latents
    return found


def compare(model, golden):
    """{name: difference} of all outputs; raises where one is above the tolerance."""
    found = outputs(model, golden)
    expected = {name.removeprefix("fp32."): tensor for name, tensor in golden.items()
                if name.startswith("fp32.")}
    if found.keys() != expected.keys():
        raise Problem("golden", f"its outputs differ: {sorted(found.keys() ^ expected.keys())}",
                      "write the golden file anew")
    differences = {name: difference(found[name], tensor) for name, tensor in expected.items()}
    bad = {name: value for name, value in differences.items() if not value <= TOLERANCE}
    if bad:
        raise Problem("export", f"differs from the reference by more than {TOLERANCE}: {bad}",
                      "this is an error in tools/lewm: do not use the file")
    return differences


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: forward.py MODEL GOLDEN")
    model = Model(*read_model(sys.argv[1]))
    for name, value in compare(model, load_file(sys.argv[2])).items():
        print(f"{value:9.2e}  {name}")


if __name__ == "__main__":
    main()
