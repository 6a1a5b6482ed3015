# SPDX-License-Identifier: Apache-2.0
"""The workloads in PyTorch: the float reference, and what the peers' models are exported from."""
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from workloads import VISION, WIDTH

MASKED = -1e4  # added to scores of the future; the exporters do not all know infinity


class Attention(nn.Module):
    """Multi-head attention; `fused` uses PyTorch's own kernel, which exporters do not know."""

    def __init__(self, heads: int, head: int, bias: bool, norm: bool, causal: bool, fused: bool):
        super().__init__()
        self.heads, self.head, self.causal, self.fused = heads, head, causal, fused
        self.norm = nn.LayerNorm(WIDTH) if norm else nn.Identity()
        self.qkv = nn.Linear(WIDTH, 3 * heads * head, bias=bias)
        self.out = nn.Linear(heads * head, WIDTH)

    def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        if self.fused:
            return F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        scores = torch.matmul(q, k.transpose(-1, -2)) * self.head ** -0.5
        if self.causal:
            tokens = q.shape[-2]
            scores = scores + torch.triu(torch.full((tokens, tokens), MASKED), 1)
        return torch.matmul(torch.softmax(scores, -1), v)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, _ = x.shape
        split = (batch, tokens, self.heads, self.head)
        q, k, v = [part.reshape(split).transpose(1, 2)
                   for part in self.qkv(self.norm(x)).chunk(3, -1)]
        mixed = self.attend(q, k, v).transpose(1, 2)
        return self.out(mixed.reshape(batch, tokens, self.heads * self.head))


class VisionBlock(nn.Module):
    """A pre-norm transformer block."""

    def __init__(self, fused: bool):
        super().__init__()
        self.n1 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.a = Attention(3, WIDTH // 3, bias=True, norm=False, causal=False, fused=fused)
        self.n2 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.f1, self.f2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.a(self.n1(x))
        return x + self.f2(F.gelu(self.f1(self.n2(x))))


class VisionTransformer(nn.Module):
    """Patches [1,P,V] to the latent [1,192] of the class token."""

    def __init__(self, patches: int, values: int, blocks: int, fused: bool):
        super().__init__()
        self.pe = nn.Linear(values, WIDTH)
        self.cls = nn.Parameter(torch.randn(1, 1, WIDTH) * 0.02)
        self.pos = nn.Parameter(torch.randn(1, patches + 1, WIDTH) * 0.1)
        self.blocks = nn.ModuleList([VisionBlock(fused) for _ in range(blocks)])
        self.norm = nn.LayerNorm(WIDTH, eps=1e-6)
        self.head = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([self.cls, self.pe(x)], 1) + self.pos
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


class ResidualPredictor(nn.Module):
    """Latent [N,192] and action [N,64] to the next latent."""

    def __init__(self):
        super().__init__()
        self.l1, self.n1 = nn.Linear(WIDTH + 64, 512), nn.LayerNorm(512)
        self.l2, self.n2 = nn.Linear(512, 512), nn.LayerNorm(512)
        self.l3 = nn.Linear(512, WIDTH)

    def forward(self, latent: Tensor, action: Tensor) -> Tensor:
        hidden = F.silu(self.n1(self.l1(torch.cat([latent, action], -1))))
        return latent + self.l3(F.gelu(self.n2(self.l2(hidden))))


class ConditionalBlock(nn.Module):
    """LeWM's ConditionalBlock (le-wm, module.py): AdaLN-zero around attention and MLP."""

    def __init__(self, fused: bool):
        super().__init__()
        self.a = Attention(16, 64, bias=False, norm=True, causal=True, fused=fused)
        self.n1 = nn.LayerNorm(WIDTH, elementwise_affine=False, eps=1e-6)
        self.n2 = nn.LayerNorm(WIDTH, elementwise_affine=False, eps=1e-6)
        self.fn = nn.LayerNorm(WIDTH)
        self.f1, self.f2 = nn.Linear(WIDTH, 2048), nn.Linear(2048, WIDTH)
        self.mod = nn.Linear(WIDTH, 6 * WIDTH)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        shift1, scale1, gate1, shift2, scale2, gate2 = self.mod(F.silu(condition)).chunk(6, -1)
        x = x + gate1 * self.a(self.n1(x) * (1 + scale1) + shift1)
        y = self.n2(x) * (1 + scale2) + shift2
        return x + gate2 * self.f2(F.gelu(self.f1(self.fn(y))))


class ConditionalPredictor(nn.Module):
    """Latents [N,3,192] and conditions [N,3,192] to the three next latents."""

    def __init__(self, fused: bool):
        super().__init__()
        self.pos = nn.Parameter(torch.randn(1, 3, WIDTH) * 0.1)
        self.blocks = nn.ModuleList([ConditionalBlock(fused) for _ in range(6)])
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        x = x + self.pos
        for block in self.blocks:
            x = block(x, condition)
        return self.norm(x)


def make(name: str, fused: bool) -> nn.Module:
    """The module of a workload, its weights PyTorch's own."""
    if name.startswith("W1_"):
        _, inputs, outputs = map(int, name[3:].split("x"))
        return nn.Linear(inputs, outputs).eval()
    if name in VISION:
        size = VISION[name]
        return VisionTransformer(size.patches, size.patch_values, size.blocks, fused).eval()
    return (ResidualPredictor() if name == "W4" else ConditionalPredictor(fused)).eval()


@torch.no_grad()
def randomise(module: nn.Module) -> None:
    """Weights that keep activations near unit variance, so that int8 has something to get wrong."""
    for name, parameter in module.named_parameters():
        if name.endswith("bias"):
            parameter.copy_(torch.randn_like(parameter) * 0.05)
        elif name.endswith("weight"):
            is_matrix = parameter.dim() == 2
            scale, mean = (1 / math.sqrt(parameter.shape[1]), 0) if is_matrix else (0.1, 1)
            parameter.copy_(mean + torch.randn_like(parameter) * scale)
        if ".mod." in name:
            parameter.mul_(0.3)  # trained gates and shifts are small
