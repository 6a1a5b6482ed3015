# SPDX-License-Identifier: Apache-2.0
"""The world model: encoder, predictor and goal-distance head.

Module names are the tensor names of the model file, so quantize.py can walk the modules.
Each network is built from the JSON that the model file carries (`spec`), by `build`.
"""
import torch
import torch.nn.functional as F
from torch import nn

PATCHES = (16, 4, 192)  # tokens, patches of a token, values of a patch


def gelu(x):
    """GELU, tanh form: the one the Swift engine computes."""
    return F.gelu(x, approximate="tanh")


def patchify(frames):
    """Reorders frames [N,64,64,3] to [N,16,4,192]: 2x2 patches of 8x8 pixels make a token."""
    grid = frames.reshape(-1, 4, 2, 8, 4, 2, 8, 3)
    return grid.permute(0, 1, 4, 2, 5, 3, 6, 7).reshape(-1, *PATCHES)


class Block(nn.Module):
    """A pre-norm transformer block without mask."""

    def __init__(self, width, heads, mlp_ratio):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up = nn.Linear(width, mlp_ratio * width)
        self.down = nn.Linear(mlp_ratio * width, width)
        nn.init.zeros_(self.out.bias)
        nn.init.zeros_(self.down.bias)

    def forward(self, x):
        count, tokens, width = x.shape
        qkv = self.qkv(self.norm1(x)).view(count, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        # In float32 even under autocast: bfloat16 attention of so few tokens is far slower.
        with torch.autocast("cpu", enabled=False):
            mixed = F.scaled_dot_product_attention(q.float(), k.float(), v.float())
        x = x + self.out(mixed.transpose(1, 2).reshape(count, tokens, width))
        return x + self.down(gelu(self.up(self.norm2(x))))


class PatchEncoder(nn.Module):
    """Frame, patchified u8 [N,16,4,192], to latent [N,D]."""

    def __init__(self, spec):
        super().__init__()
        encoder, width = spec["encoder"], spec["encoder"]["width"]
        self.scale, self.offset = spec["frame"]["scale"], spec["frame"]["offset"]
        self.patch = nn.Linear(PATCHES[2], encoder["patch_features"])
        self.merge = nn.Linear(PATCHES[1] * encoder["patch_features"], width)
        self.position = nn.Parameter(torch.randn(PATCHES[0], width) * 0.02)
        self.blocks = nn.ModuleList(
            Block(width, encoder["heads"], encoder["mlp_ratio"]) for _ in range(encoder["blocks"])
        )
        self.norm = nn.LayerNorm(width)
        self.token = nn.Linear(width, encoder["token_features"])
        self.latent = nn.Linear(PATCHES[0] * encoder["token_features"], spec["latent"])
        self.whiten = nn.BatchNorm1d(spec["latent"], affine=False, momentum=0.05)

    @property
    def last(self):
        """The Linear that `whiten` is folded into."""
        return "latent"

    def forward(self, patches):
        count, autocast = patches.shape[0], torch.is_autocast_enabled("cpu")
        pixels = patches.to(torch.bfloat16 if autocast else torch.float32)  # both hold 0...255
        x = gelu(self.patch(pixels.mul_(self.scale).add_(self.offset)))
        x = self.merge(x.reshape(count, PATCHES[0], -1)) + self.position
        for block in self.blocks:
            x = block(x)
        x = gelu(self.token(self.norm(x))).float()
        with torch.autocast("cpu", enabled=False):  # latents keep their last bits
            return self.whiten(self.latent(x.reshape(count, -1)))


class WindowEncoder(nn.Module):
    """IMU and action window, flat [N, window * step], to latent [N,D]."""

    def __init__(self, spec):
        super().__init__()
        step = spec["imu"]["bins"] * len(spec["imu"]["axes"]) + len(spec["action"]["names"])
        hidden = spec["encoder"]["hidden"]
        widths = [spec["encoder"]["window"] * step, hidden, hidden, spec["latent"]]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        self.whiten = nn.BatchNorm1d(spec["latent"], affine=False, momentum=0.05)

    @property
    def last(self):
        """The Linear that `whiten` is folded into."""
        return "layers.2"

    def forward(self, windows):
        x = gelu(self.layers[0](windows))
        return self.whiten(self.layers[2](gelu(self.layers[1](x))))


class PredictorBlock(nn.Module):
    """h + GELU(linear(norm(h)))."""

    def __init__(self, hidden):
        super().__init__()
        self.norm, self.linear = nn.LayerNorm(hidden), nn.Linear(hidden, hidden)

    def forward(self, h):
        return h + gelu(self.linear(self.norm(h)))


class Predictor(nn.Module):
    """Latent history [N,history,D], actions [N,history,A], imu [N,F+1] or None, to z' [N,D]."""

    def __init__(self, spec):
        super().__init__()
        predictor, latent = spec["predictor"], spec["latent"]
        self.history, features = predictor["history"], predictor["imu_features"]
        self.imu_width = features + 1 if features else 0
        inputs = self.history * (latent + len(spec["action"]["names"])) + self.imu_width
        self.input = nn.Linear(inputs, predictor["hidden"])
        self.blocks = nn.ModuleList(
            PredictorBlock(predictor["hidden"]) for _ in range(predictor["blocks"])
        )
        self.output = nn.Linear(predictor["hidden"], latent)
        nn.init.normal_(self.output.weight, std=1e-3)
        nn.init.zeros_(self.output.bias)

    def forward(self, latents, actions, imu=None):
        count, newest = latents.shape[0], latents[:, -1]
        row = [newest]
        row += [latents[:, -k] - latents[:, -k - 1] for k in range(1, self.history)]
        row.append(actions.reshape(count, -1))
        if self.imu_width:
            row.append(latents.new_zeros(count, self.imu_width) if imu is None else imu)
        h = self.input(torch.cat(row, 1))
        for block in self.blocks:
            h = block(h)
        return newest + self.output(h)


class Head(nn.Module):
    """Goal-distance embedding e(z) [N,E]; distance(z, g) = ||e(z) - e(g)||."""

    def __init__(self, spec):
        super().__init__()
        hidden = spec["head"]["hidden"]
        widths = [spec["latent"], hidden, hidden, spec["head"]["embedding"]]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, z):
        return self.layers[2](gelu(self.layers[1](gelu(self.layers[0](z)))))


class WorldModel(nn.Module):
    """The three networks of a model file; `head` is None where the spec has none."""

    def __init__(self, spec):
        super().__init__()
        kinds = {"patch-transformer": PatchEncoder, "window-mlp": WindowEncoder}
        self.encoder = kinds[spec["encoder"]["kind"]](spec)
        self.predictor = Predictor(spec)
        self.head = Head(spec) if spec["head"] else None


@torch.no_grad()
def encode_all(encoder, observations, batch=256):
    """Latents [N,D] of all observations, in batches."""
    return torch.cat([encoder(part) for part in observations.split(batch)])


@torch.no_grad()
def measure_whitening(encoder, observations):
    """Replaces the running BatchNorm statistics by exact ones over `observations`."""
    whiten, encoder.whiten = encoder.whiten, nn.Identity()
    raw = encode_all(encoder, observations)
    encoder.whiten = whiten
    whiten.running_mean.copy_(raw.mean(0))
    whiten.running_var.copy_(raw.var(0))
