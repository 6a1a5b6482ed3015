# SPDX-License-Identifier: Apache-2.0
"""ncnn models, float and int8.

    export_ncnn.py FOLDER...
"""
import sys
from pathlib import Path

import numpy as np

import folder
from ncnn_graph import Graph
from workloads import VISION, WIDTH, Vision

CANDIDATES, HISTORY, HEADS, HEAD = 300, 3, 16, 64  # of W5
MASKED = -1e4


def vision(graph: Graph, size: Vision) -> str:
    """W2 and W3 (modules.VisionTransformer)."""
    tokens = size.patches + 1
    x = graph.linear(graph.input("x"), "pe.")
    x = graph.add("Concat", [graph.constant(graph.weights["cls"][0]), x], "0=0")
    x = graph.sum(x, graph.constant(graph.weights["pos"][0]))
    for i in range(size.blocks):
        name = f"blocks.{i}."
        qkv = graph.linear(graph.norm(x, name + "n1.", 1e-6), name + "a.qkv.")
        mixed = graph.attention(qkv, 1, tokens, 3, WIDTH // 3, None)
        x = graph.sum(x, graph.linear(mixed, name + "a.out."))
        hidden = graph.linear(graph.norm(x, name + "n2.", 1e-6), name + "f1.")
        x = graph.sum(x, graph.linear(graph.gelu(hidden), name + "f2."))
    first = graph.add("Crop", [x], "-23309=1,0 -23310=1,1 -23311=1,0")
    return graph.linear(graph.norm(first, "norm.", 1e-6), "head.")


def residual(graph: Graph) -> str:
    """W4 (modules.ResidualPredictor)."""
    latent, action = graph.input("x"), graph.input("c")
    hidden = graph.linear(graph.add("Concat", [latent, action], "0=1"), "l1.")
    hidden = graph.add("Swish", [graph.norm(hidden, "n1.", 1e-5)])
    hidden = graph.gelu(graph.norm(graph.linear(hidden, "l2."), "n2.", 1e-5))
    return graph.sum(latent, graph.linear(hidden, "l3."))


def conditional(graph: Graph) -> str:
    """W5 (modules.ConditionalPredictor)."""
    x, condition = graph.input("x"), graph.input("c")
    position = np.tile(graph.weights["pos"][0], (CANDIDATES, 1))
    x = graph.sum(x, graph.constant(position))
    condition = graph.add("Swish", [condition])
    future = np.triu(np.full((HISTORY, HISTORY), MASKED, np.float32), 1)
    mask = graph.constant(future)
    for i in range(6):
        x = conditional_block(graph, x, condition, mask, f"blocks.{i}.")
    return graph.norm(x, "norm.", 1e-5)


def conditional_block(graph: Graph, x: str, condition: str, mask: str, name: str) -> str:
    """One block of W5 (modules.ConditionalBlock)."""
    modulation = graph.linear(condition, name + "mod.")
    shift1, scale1, gate1, shift2, scale2, gate2 = graph.slice(modulation, 6)

    def modulate(value: str, scale: str, shift: str) -> str:
        normed = graph.plain_norm(value, WIDTH, 1e-6)
        return graph.sum(graph.product(normed, graph.plus_one(scale)), shift)

    y = graph.norm(modulate(x, scale1, shift1), name + "a.norm.", 1e-5)
    qkv = graph.linear(y, name + "a.qkv.")
    mixed = graph.attention(qkv, CANDIDATES, HISTORY, HEADS, HEAD, mask)
    x = graph.sum(x, graph.product(gate1, graph.linear(mixed, name + "a.out.")))
    y = graph.norm(modulate(x, scale2, shift2), name + "fn.", 1e-5)
    y = graph.linear(graph.gelu(graph.linear(y, name + "f1.")), name + "f2.")
    return graph.sum(x, graph.product(gate2, y))


def export(path: Path, int8: bool) -> None:
    """ncnn-int8 or ncnn-fp32 of one workload."""
    graph = Graph(folder.weights(path), int8)
    if path.name in VISION:
        output = vision(graph, VISION[path.name])
    elif path.name == "W4":
        output = residual(graph)
    elif path.name == "W5":
        output = conditional(graph)
    else:
        output = graph.linear(graph.input("x"), "")
    graph.write(path / ("ncnn-int8" if int8 else "ncnn-fp32"), output)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        export(Path(argument), int8=False)
        export(Path(argument), int8=True)
