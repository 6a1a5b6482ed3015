# SPDX-License-Identifier: Apache-2.0
"""A graph in ncnn's file format, written by hand: its converter does not know our models.

Blobs are matrices, a row per token (ncnn: w = features, h = rows). int8 is what ncnn's own
ncnn2int8 makes of a Gemm: activations scaled per row as they come, weights per tensor.
Parameter numbers such as `8=192` are those of ncnn's operators.md.
"""
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

INT8_TAG, FLOAT_TAG = b"\x38\x4b\x0d\x00", b"\0\0\0\0"  # ncnn modelbin.cpp
MAGIC = 7767517


@dataclass
class Layer:
    """One layer: kind, blobs in and out, parameters, and the weights in their order."""

    kind: str
    inputs: list[str]
    outputs: list[str]
    parameters: str = ""
    weights: list[bytes] = field(default_factory=list)


def _floats(values: np.ndarray) -> bytes:
    return np.ascontiguousarray(values, np.float32).tobytes()


class Graph:
    """Layers in order; every method adds some and returns the name of the result."""

    def __init__(self, weights: dict[str, np.ndarray], int8: bool) -> None:
        self.weights, self.int8 = weights, int8
        self.layers: list[Layer] = []
        self.blobs = 0

    def _blob(self) -> str:
        self.blobs += 1
        return f"b{self.blobs}"

    def input(self, name: str) -> str:
        self.layers.append(Layer("Input", [], [name]))
        return name

    def add(self, kind: str, inputs: list[str], parameters: str = "",
            weights: list[bytes] | None = None) -> str:
        """A layer of one output."""
        output = self._blob()
        self.layers.append(Layer(kind, list(inputs), [output], parameters, weights or []))
        return output

    def slice(self, x: str, count: int) -> list[str]:
        """Equal parts of the features."""
        outputs = [self._blob() for _ in range(count)]
        sizes = ",".join(["-233"] * count)
        self.layers.append(Layer("Slice", [x], outputs, f"-23300={count},{sizes} 1=1"))
        return outputs

    def constant(self, values: np.ndarray) -> str:
        height, width = values.shape
        return self.add("MemoryData", [], f"0={width} 1={height}", [_floats(values)])

    def sum(self, a: str, b: str) -> str:
        return self.add("BinaryOp", [a, b], "0=0")

    def product(self, a: str, b: str) -> str:
        return self.add("BinaryOp", [a, b], "0=2")

    def plus_one(self, a: str) -> str:
        return self.add("BinaryOp", [a], "0=0 1=1 2=1.0")

    def gelu(self, x: str) -> str:
        return self.add("GELU", [x], "0=0")

    def norm(self, x: str, prefix: str, epsilon: float) -> str:
        """Layer norm with the gain and bias of that name."""
        gain, bias = self.weights[prefix + "weight"], self.weights[prefix + "bias"]
        parameters = f"0={gain.size} 1={epsilon} 2=1"
        return self.add("LayerNorm", [x], parameters, [_floats(gain), _floats(bias)])

    def plain_norm(self, x: str, width: int, epsilon: float) -> str:
        return self.add("LayerNorm", [x], f"0={width} 1={epsilon} 2=0")

    def linear(self, x: str, prefix: str) -> str:
        """x W^T + b with the weights of that name."""
        matrix, bias = self.weights[prefix + "weight"], self.weights.get(prefix + "bias")
        outputs, inputs = matrix.shape
        parameters = f"3=1 5=1 6=1 8={outputs} 9={inputs} 10={-1 if bias is None else 4}"
        bias_bytes = [] if bias is None else [FLOAT_TAG + _floats(bias)]
        if not self.int8:
            return self.add("Gemm", [x], parameters, [FLOAT_TAG + _floats(matrix)] + bias_bytes)
        scale = 127 / np.abs(matrix).max()
        rounded = np.clip(np.round(matrix * scale), -127, 127).astype(np.int8).tobytes()
        padded = rounded + b"\0" * (-len(rounded) % 4)
        weights = [INT8_TAG + padded, *bias_bytes, _floats(np.array([scale]))]
        return self.add("Gemm", [x], parameters + " 18=2", weights)

    def attention(self, qkv: str, batch: int, tokens: int, heads: int, head: int,
                  mask: str | None) -> str:
        """Attention of `batch` sequences whose tokens are rows of the matrix `qkv`."""
        parts = [self._heads_first(part, batch, tokens, heads, head)
                 for part in self.slice(qkv, 3)]
        inputs = parts if mask is None else [*parts, mask]
        mixed = self.add("SDPA", inputs,
                         f"5={0 if mask is None else 1}" + (" 18=2" if self.int8 else ""))
        if batch > 1:
            mixed = self.add("Reshape", [mixed], f"0={head} 1={tokens} 11={heads} 2={batch}")
        mixed = self.add("Permute", [mixed], "0=2")
        return self.add("Reshape", [mixed], f"0={heads * head} 1={batch * tokens}")

    def _heads_first(self, x: str, batch: int, tokens: int, heads: int, head: int) -> str:
        """Rows of tokens to [batch * heads, tokens, head], a sequence per channel."""
        if batch == 1:
            return self.add("Permute", [self.add("Reshape", [x], f"0={head} 1={heads} 2={tokens}")],
                            "0=2")
        x = self.add("Reshape", [x], f"0={head} 1={heads} 11={tokens} 2={batch}")
        x = self.add("Permute", [x], "0=2")
        return self.add("Reshape", [x], f"0={head} 1={tokens} 2={batch * heads}")

    def _split(self) -> list[Layer]:
        """The layers, with a Split behind every blob that is read more than once."""
        reads: dict[str, int] = {}
        for layer in self.layers:
            for name in layer.inputs:
                reads[name] = reads.get(name, 0) + 1
        copies: dict[str, list[str]] = {}
        result = []
        for layer in self.layers:
            inputs = [copies[name].pop(0) if name in copies else name for name in layer.inputs]
            result.append(Layer(layer.kind, inputs, layer.outputs, layer.parameters,
                                layer.weights))
            for name in layer.outputs:
                if reads.get(name, 0) > 1:
                    copies[name] = [f"{name}_{i}" for i in range(reads[name])]
                    result.append(Layer("Split", [name], list(copies[name])))
        return result

    def write(self, path: Path, output: str) -> None:
        """path.param, path.bin, and the name of the result in path.output."""
        layers = self._split()
        lines = [str(MAGIC), f"{len(layers)} {sum(len(layer.outputs) for layer in layers)}"]
        for i, layer in enumerate(layers):
            words = [layer.kind, f"l{i}", str(len(layer.inputs)), str(len(layer.outputs)),
                     *layer.inputs, *layer.outputs, layer.parameters]
            lines.append(" ".join(words))
        path.with_suffix(".param").write_text("\n".join(lines) + "\n")
        path.with_suffix(".bin").write_bytes(
            b"".join(part for layer in layers for part in layer.weights))
        path.with_suffix(".output").write_text(output)
