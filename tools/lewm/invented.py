# SPDX-License-Identifier: Apache-2.0
"""Frames and weights out of a seed: what parity can be shown on where no checkpoint is at hand.

The weights are no trained model, but resemble one where it matters to numbers: attention that is
not uniform, a few loud channels, BatchNorm statistics of real activations, latents like N(0, 1),
and a predictor that follows smooth dynamics, so that planning on it converges.
"""
import math

import numpy as np
import torch
import torch.nn.functional as F

from reference import build, encode

CALIBRATION_SCENES = 64
WINDOWS = 2048
PERSISTENCE, FORCE = 0.95, 0.4  # z' = 0.95 R z + 0.4 tanh(B a): the invented dynamics
RIDGE = 1e-2


def scenes(count, steps, side, seed):
    """Frames u8 [count, steps, side, side, 3]: boxes drifting over a shaded ground, with noise."""
    draw = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:side, 0:side] / side
    frames = np.empty((count, steps, side, side, 3), np.uint8)
    for scene in range(count):
        corners = draw.uniform(0, 255, (3, 3))
        ground = corners[0] + rows[..., None] * corners[1] - columns[..., None] * corners[2]
        boxes = draw.uniform(0, 1, (draw.integers(2, 7), 4))
        speeds = draw.uniform(-0.08, 0.08, (len(boxes), 2))
        colours = draw.uniform(0, 255, (len(boxes), 3))
        for step in range(steps):
            picture = np.clip(ground, 0, 255)
            for (top, left, height, width), speed, colour in zip(boxes, speeds, colours):
                y, x = (rows - top - speed[0] * step) % 1, (columns - left - speed[1] * step) % 1
                picture[(y < 0.1 + height / 2) & (x < 0.1 + width / 2)] = colour
            noisy = picture + draw.normal(0, 4, picture.shape)
            frames[scene, step] = np.clip(np.rint(noisy), 0, 255)
    return torch.from_numpy(frames)


@torch.no_grad()
def model(sizes, seed, pixels):
    """A reference model with invented weights."""
    draw = torch.Generator().manual_seed(seed)
    built = build(sizes)
    fill(built, draw)
    frames = scenes(CALIBRATION_SCENES, 4, sizes.pixels, seed + 1).flatten(0, 1)
    calibrate_encoder(built, frames, pixels)
    calibrate_predictor(built, sizes, encode(built, frames, pixels), draw)
    return built


def fill(built, draw):
    """Every parameter at random, of the size its place wants."""

    def normal(parameter, std, mean=0.0):
        parameter.copy_(torch.randn(parameter.shape, generator=draw) * std + mean)

    norms = (torch.nn.LayerNorm, torch.nn.BatchNorm1d)
    for name, module in built.named_modules():
        if isinstance(module, norms) and module.weight is not None:
            module.weight.copy_(torch.exp(
                0.3 * torch.randn(module.weight.shape, generator=draw)))
            loud = torch.randperm(len(module.weight), generator=draw)[: len(module.weight) // 48]
            module.weight[loud] *= 4
            normal(module.bias, 0.1)
        elif isinstance(module, (torch.nn.Linear, torch.nn.Conv1d, torch.nn.Conv2d)):
            scale = 0.5 if "adaLN" in name else 1.0
            normal(module.weight, scale / math.sqrt(module.weight[0].numel()))
            if module.bias is not None:
                normal(module.bias, 0.1)
    normal(built.encoder.embeddings.cls_token, 0.5)
    normal(built.encoder.embeddings.position_embeddings, 0.3)
    normal(built.predictor.pos_embedding, 0.3)


def hidden(projector, inputs):
    """What the last Linear of a projector sees, BatchNorm's statistics taken from these inputs."""
    linear, norm, activation, _ = projector.net
    rows = linear(inputs)
    norm.running_mean.copy_(rows.mean(0))
    norm.running_var.copy_(rows.var(0))
    return activation(norm(rows))


def calibrate_encoder(built, frames, pixels):
    """BatchNorm statistics, and a last layer that makes every latent feature like N(0, 1)."""
    projector, built.projector = built.projector, torch.nn.Identity()
    features = encode(built, frames, pixels)
    built.projector = projector
    latents = projector.net[3](hidden(projector, features))
    mean, std = latents.mean(0), latents.std(0)
    last = projector.net[3]
    last.weight.div_(std[:, None])
    last.bias.sub_(mean).div_(std)


def calibrate_predictor(built, sizes, latents, draw):
    """A last layer, by ridge regression, that follows smooth random dynamics."""

    def normal(*shape):
        return torch.randn(shape, generator=draw)

    width, history = sizes.latent, sizes.history
    picks = torch.randint(len(latents), (WINDOWS,), generator=draw)
    rotation = torch.linalg.qr(torch.eye(width) + 0.3 * normal(width, width) / width**0.5).Q
    rotation *= rotation.diagonal().sign()
    force = normal(width, sizes.action) / sizes.action**0.5
    actions = normal(WINDOWS, history, sizes.action)

    def follow(z, action):
        return PERSISTENCE * z @ rotation.T + FORCE * torch.tanh(action @ force.T)

    window = [0.7 * latents[picks] + 0.7 * normal(WINDOWS, width)]
    for step in range(history):
        window.append(follow(window[-1], actions[:, step]) + 0.3 * normal(WINDOWS, width))
    window = torch.stack(window[:-1], 1)
    targets = follow(window, actions).flatten(0, 1)
    outputs = built.predictor(window, built.action_encoder(actions)).flatten(0, 1)
    features = F.pad(hidden(built.pred_proj, outputs), (0, 1), value=1.0).double()
    count = features.shape[1]
    gram = features.T @ features + RIDGE * len(features) * torch.eye(count)
    solved = torch.linalg.solve(gram, features.T @ targets.double()).float().T
    built.pred_proj.net[3].weight.copy_(solved[:, :-1])
    built.pred_proj.net[3].bias.copy_(solved[:, -1])
