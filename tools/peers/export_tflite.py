# SPDX-License-Identifier: Apache-2.0
"""LiteRT models: float, and int8 weights with dynamic activations.

    export_tflite.py FOLDER...          in the environment of requirements/convert.txt
"""
import sys
from pathlib import Path

import litert_torch
import torch
from ai_edge_quantizer import quantizer, recipe

import load_module


def export(path: Path) -> None:
    """fp32.tflite and int8.tflite of one workload."""
    plain, result = path / "fp32.tflite", path / "int8.tflite"
    module = load_module.load(path, fused=False)
    litert_torch.convert(module, load_module.step_inputs(path)).export(str(plain))
    work = quantizer.Quantizer(str(plain))
    work.load_quantization_recipe(recipe.dynamic_wi8_afp32())
    result.unlink(missing_ok=True)
    work.quantize().export_model(str(result))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for argument in sys.argv[1:]:
        export(Path(argument))
