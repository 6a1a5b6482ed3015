# SPDX-License-Identifier: Apache-2.0
"""The weights under the names of our model files (`umwelt bench worker`).

    export_umwelt.py FOLDER...
"""
import re
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import folder

# Names of the modules (modules.py) and ours; what a pattern does not touch stays.
RENAMES = [
    (r"^(weight|bias)$", r"linear.\1"),
    (r"^pe\.", "encoder.patch."),
    (r"^head\.", "encoder.head."),
    (r"^(cls|pos)$", lambda found: "stem." + {"cls": "cls", "pos": "position"}[found[1]]),
    (r"^norm\.", "stem.norm."),
    (r"^blocks\.", "stem.blocks."),
    (r"\.a\.norm\.", ".norm1."),
    (r"\.(a\.)?n1\.", ".norm1."),
    (r"\.n2\.|\.fn\.", ".norm2."),
    (r"\.a\.qkv\.", ".qkv."),
    (r"\.a\.out\.", ".out."),
    (r"\.f1\.", ".up."),
    (r"\.f2\.", ".down."),
    (r"\.mod\.", ".modulation."),
    (r"(norm\d?|^n\d)\.weight$", r"\1.gain"),
]
STEMS = {"W2": "encoder", "W3": "encoder", "W5": "predictor"}


def rename(name: str, workload: str) -> str:
    """Ours for a name of a workload's modules."""
    for pattern, replacement in RENAMES:
        name = re.sub(pattern, replacement, name)
    return re.sub(r"^stem\.", STEMS.get(workload, "") + ".", name)


def export(path: Path) -> None:
    """umwelt.safetensors of one workload."""
    tensors = {}
    for name, value in folder.weights(path).items():
        value = np.squeeze(value, 0) if value.ndim == 3 else value
        value = np.squeeze(value, 0) if name == "cls" else value
        tensors[rename(name, path.name)] = np.ascontiguousarray(value)
    save_file(tensors, path / "umwelt.safetensors")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        export(Path(argument))
