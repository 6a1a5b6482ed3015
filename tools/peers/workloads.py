# SPDX-License-Identifier: Apache-2.0
"""The work that every engine does: sizes, counts and the loop around a model's step.

    W1   one linear layer, M rows, K inputs, N outputs
    W2   ViT, 64x64 picture, patch 8, width 192, 6 blocks, 3 heads
    W3   ViT-Tiny, 224x224, patch 14, 12 blocks
    W4   residual MLP predictor: 256 candidates, 8 steps, latent 192, action 64, hidden 512
    W5   LeWM predictor: 300 candidates, 5 steps, history 3, width 192, 6 blocks with AdaLN,
         16 heads of 64, MLP 2048

A picture comes as rows of patches: cutting it up is a copy and not measured.
"""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

LINEAR = [(64, 192, 192), (64, 192, 768), (64, 768, 192), (257, 192, 768), (256, 256, 512),
          (300, 192, 768), (1, 192, 768)]
WIDTH = 192  # of tokens and latents in W2 to W5


@dataclass(frozen=True)
class Workload:
    """Multiply-accumulates of one run, and the shapes of its inputs."""

    name: str
    macs: int
    inputs: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Vision:
    """Sizes of a vision transformer of this width and three heads."""

    patches: int
    patch_values: int
    blocks: int

    def macs(self) -> int:
        """Only the class token goes through the head."""
        tokens = self.patches + 1
        linear = tokens * WIDTH * (3 * WIDTH + WIDTH + 2 * 4 * WIDTH)
        attention = 2 * tokens * tokens * WIDTH
        embedding = self.patches * self.patch_values * WIDTH
        return embedding + self.blocks * (linear + attention) + WIDTH * WIDTH


VISION = {"W2": Vision(64, 192, 6), "W3": Vision(256, 588, 12)}


def _predictor_macs() -> int:
    inner, history = 16 * 64, 3
    linear = WIDTH * 3 * inner + inner * WIDTH + 2 * WIDTH * 2048 + WIDTH * 6 * WIDTH
    return 5 * 300 * 6 * (history * linear + 2 * history * history * inner)


def _all() -> list[Workload]:
    linear = [Workload(f"W1_{m}x{k}x{n}", m * k * n, ((m, k),)) for m, k, n in LINEAR]
    vision = [Workload(name, size.macs(), ((1, size.patches, size.patch_values),))
              for name, size in VISION.items()]
    residual = 8 * 256 * (256 * 512 + 512 * 512 + 512 * WIDTH)
    return linear + vision + [
        Workload("W4", residual, ((256, WIDTH), (8, 256, 64))),
        Workload("W5", _predictor_macs(), ((300, 3, WIDTH), (300, 7, WIDTH)))]


WORKLOADS = {workload.name: workload for workload in _all()}


def expand(names: Sequence[str]) -> list[str]:
    """Names with `W1` as all its shapes. KeyError where there is none such."""
    result = []
    for name in names:
        found = [each for each in WORKLOADS if name in (each, each.partition("_")[0])]
        if not found:
            raise KeyError(name)
        result += found
    return list(dict.fromkeys(result))


def step_inputs(name: str, inputs: Sequence[Any]) -> list[Any]:
    """Inputs of the model's first step: what it is exported with."""
    if name == "W4":
        return [inputs[0], inputs[1][0]]
    if name == "W5":
        return [inputs[0], inputs[1][:, :3]]
    return list(inputs)


def run(name: str, step: Callable[..., Any], inputs: Sequence[Any],
        join: Callable[[list[Any], int], Any]) -> Any:
    """One run of a workload on arrays or tensors; `join` concatenates them along an axis."""
    if name == "W4":
        latent = inputs[0]
        for actions in inputs[1]:
            latent = step(latent, actions)
        return latent
    if name == "W5":
        history = inputs[0]
        for start in range(5):
            predicted = step(history, inputs[1][:, start:start + 3])[:, -1:]
            history = join([history[:, 1:], predicted], 1)
        return history
    return step(*inputs)
