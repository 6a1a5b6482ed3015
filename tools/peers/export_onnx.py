# SPDX-License-Identifier: Apache-2.0
"""ONNX models: float, and int8 with dynamic activations as ONNX Runtime quantizes them.

    export_onnx.py FOLDER...
"""
import logging
import sys
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

import load_module


def export(path: Path) -> None:
    """fp32.onnx and int8.onnx of one workload."""
    inputs = load_module.step_inputs(path)
    raw, prepared, result = path / "raw.onnx", path / "fp32.onnx", path / "int8.onnx"
    torch.onnx.export(load_module.load(path, fused=False), inputs, str(raw),
                      input_names=["x", "c"][:len(inputs)], output_names=["y"],
                      opset_version=20, dynamo=False)
    quant_pre_process(str(raw), str(prepared), skip_symbolic_shape=True)
    # Only products with weights: the activations of attention stay float, as with the others.
    quantize_dynamic(str(prepared), str(result), weight_type=QuantType.QInt8, per_channel=True,
                     op_types_to_quantize=["MatMul", "Gemm"],
                     extra_options={"MatMulConstBOnly": True})
    raw.unlink()


if __name__ == "__main__":
    logging.getLogger().setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for argument in sys.argv[1:]:
        export(Path(argument))
