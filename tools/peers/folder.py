# SPDX-License-Identifier: Apache-2.0
"""The files of one workload that every engine reads.

    weights.safetensors  float32, names of the modules' state dict (modules.py)
    inputs.safetensors   float32, in_0, in_1, ...
    ref.npy              float32 result of PyTorch
    meta.json            name, multiply-accumulates, shapes, seed
"""
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file


def write(folder: Path, weights: dict[str, np.ndarray], inputs: list[np.ndarray],
          reference: np.ndarray, meta: dict) -> None:
    """Writes the folder; ref.npy comes last and says that the rest is there."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "weights.safetensors")
    save_file({f"in_{i}": value for i, value in enumerate(inputs)}, folder / "inputs.safetensors")
    shapes = {"inputs": [list(value.shape) for value in inputs], "output": list(reference.shape)}
    (folder / "meta.json").write_text(json.dumps(meta | shapes) + "\n")
    np.save(folder / "ref.npy", reference)


def inputs(folder: Path) -> list[np.ndarray]:
    """The inputs of a run, in order."""
    values = load_file(folder / "inputs.safetensors")
    return [values[f"in_{i}"] for i in range(len(values))]


def weights(folder: Path) -> dict[str, np.ndarray]:
    """The weights by name."""
    return load_file(folder / "weights.safetensors")


def reference(folder: Path) -> np.ndarray:
    """The float result."""
    return np.load(folder / "ref.npy")
