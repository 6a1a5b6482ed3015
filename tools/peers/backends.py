# SPDX-License-Identifier: Apache-2.0
"""The peers: each loads a workload's model and runs it on one thread.

Heavy imports are inside: a worker pays, in time and memory, for its own peer only.
"""
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

import folder
import workloads

Run = Callable[[], np.ndarray]


@dataclass(frozen=True)
class Backend:
    """A peer with its library imported."""

    version: str
    load: Callable[[Path], Run]


def _runner(path: Path, step: Callable[..., np.ndarray]) -> Run:
    """The workload's loop around a step on arrays."""
    inputs = folder.inputs(path)

    def contiguous_step(*values: np.ndarray) -> np.ndarray:
        return step(*[np.ascontiguousarray(value) for value in values])

    return lambda: workloads.run(path.name, contiguous_step, inputs, np.concatenate)


def torch_backend(int8: bool) -> Backend:
    """PyTorch; int8 is its dynamic quantization on oneDNN."""
    import torch
    from torch import nn

    import load_module

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)

    def quantized(module: nn.Module) -> nn.Module:
        from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic

        torch.backends.quantized.engine = "onednn"
        # It replaces the linear layers inside a module, so a bare one needs a module around it.
        around = nn.Sequential(module) if isinstance(module, nn.Linear) else module
        return quantize_dynamic(around, {nn.Linear: per_channel_dynamic_qconfig})

    def load(path: Path) -> Run:
        module = load_module.load(path, fused=True)
        module = quantized(module) if int8 else module
        inputs = [torch.from_numpy(value) for value in folder.inputs(path)]
        return lambda: workloads.run(path.name, module, inputs, torch.cat).numpy()

    return Backend(version("torch"), load)


def onnxruntime_backend(int8: bool) -> Backend:
    """ONNX Runtime on its CPU provider."""
    import onnxruntime

    def load(path: Path) -> Run:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        file = path / ("int8.onnx" if int8 else "fp32.onnx")
        session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"])
        names = [value.name for value in session.get_inputs()]
        return _runner(path, lambda *values: session.run(None, dict(zip(names, values)))[0])

    return Backend(version("onnxruntime"), load)


def litert_backend(int8: bool) -> Backend:
    """LiteRT with its XNNPACK delegate."""
    from ai_edge_litert.interpreter import Interpreter

    def load(path: Path) -> Run:
        file = path / ("int8.tflite" if int8 else "fp32.tflite")
        interpreter = Interpreter(model_path=str(file), num_threads=1)
        interpreter.allocate_tensors()
        # args_0, args_1: in the order of the module's arguments once sorted by name.
        details = sorted(interpreter.get_input_details(), key=lambda detail: detail["name"])
        output = interpreter.get_output_details()[0]["index"]

        def step(*values: np.ndarray) -> np.ndarray:
            for detail, value in zip(details, values):
                interpreter.set_tensor(detail["index"], value)
            interpreter.invoke()
            return interpreter.get_tensor(output)

        return _runner(path, step)

    return Backend(version("ai-edge-litert"), load)


def ncnn_backend(int8: bool) -> Backend:
    """ncnn; its matrices have two axes, so W5's batch and history are rows."""
    import ncnn

    def load(path: Path) -> Run:
        net = ncnn.Net()
        net.opt.num_threads = 1
        net.opt.use_vulkan_compute = False
        net.opt.use_fp16_arithmetic = net.opt.use_bf16_storage = False
        model = path / ("ncnn-int8" if int8 else "ncnn-fp32")
        net.load_param(str(model.with_suffix(".param")))
        net.load_model(str(model.with_suffix(".bin")))
        output = model.with_suffix(".output").read_text()

        def step(*values: np.ndarray) -> np.ndarray:
            extractor = net.create_extractor()
            rows = [value.reshape(-1, value.shape[-1]) for value in values]
            for name, value in zip(["x", "c"], rows):
                extractor.input(name, ncnn.Mat(value).clone())
            _, result = extractor.extract(output)
            shape = values[0].shape if values[0].ndim == 3 and len(values) == 2 else None
            return np.array(result) if shape is None else np.array(result).reshape(shape)

        return _runner(path, step)

    return Backend(version("ncnn"), load)


FAMILIES: dict[str, Callable[[bool], Backend]] = {
    "torch": torch_backend, "onnxruntime": onnxruntime_backend, "litert": litert_backend,
    "ncnn": ncnn_backend,
}
