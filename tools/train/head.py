# SPDX-License-Identifier: Apache-2.0
"""Trains the goal-distance head on frozen latents, from what the robot itself can know.

Pairs are decisions of one episode at most REACH apart; the label is their distance in the robot's
own estimate: dead-reckoned odometry for a rover; tilt, tilt rate and wheel speed for a balancing
robot, whose estimates mean the same in every episode, so that its pairs are any two decisions.
"""
import math

import torch
import torch.nn.functional as F

import data
from progress import Progress

REACH = 25  # decisions
BATCH = 1024
RATE = 2e-3
BETA = 0.1
METRES_PER_RADIAN = 0.5  # more, and turning on the spot hides that the goal is to the side
SECONDS_PER_RATE = 0.1  # weight of the tilt rate against the tilt
RADIANS_PER_SPEED = 0.17  # weight of the wheel speed against the tilt


def planar_distance(a, b):
    """Metres-equivalent between two poses x, y, heading."""
    d = a - b
    turn = torch.remainder(d[..., 2] + math.pi, 2 * math.pi) - math.pi
    turn = METRES_PER_RADIAN * turn
    return (d[..., 0] ** 2 + d[..., 1] ** 2 + turn**2).sqrt()


def tilt_distance(a, b):
    """Radian-equivalent between two triples of tilt, tilt rate and wheel speed."""
    d = a - b
    rate, speed = SECONDS_PER_RATE * d[..., 1], RADIANS_PER_SPEED * d[..., 2]
    return (d[..., 0] ** 2 + rate**2 + speed**2).sqrt()


def labels_of(episodes, spec):
    """The robot's own estimates [E,T,...] and the distance between two of them."""
    if spec["frame"]:
        return data.read(episodes.path, "odometry"), planar_distance
    return data.read(episodes.path, "tilt"), tilt_distance


def distance(head, a, b):
    """Learned distance of latents; the epsilon keeps the root differentiable at zero."""
    first, second = head(torch.cat([a, b])).float().chunk(2)
    return (first - second).square().sum(-1).add(1e-6).sqrt()


def draw_pairs(usable, anywhere, generator):
    """Flat indices of BATCH pairs: `usable` [E,T] marks the decisions that have a latent."""
    count, steps = usable.shape
    if anywhere:
        flat = usable.flatten().nonzero().squeeze(1)
        picked = torch.randint(len(flat), (2, BATCH), generator=generator)
        return flat[picked[0]], flat[picked[1]]
    episode = torch.randint(count, (BATCH,), generator=generator)
    first = torch.randint(steps - 1, (BATCH,), generator=generator)
    second = first + torch.randint(1, REACH + 1, (BATCH,), generator=generator)
    second = second.clamp_max(steps - 1)
    keep = usable[episode, first] & usable[episode, second]
    base = episode * steps
    return (base + first)[keep], (base + second)[keep]


def train(head, latents, usable, labels, measure, settings, seed):
    """Fits `head` to latents [E*T,D] by AdamW with one cosine; returns the loss curve."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=1e-3, fused=True)
    labels, progress, curve = labels.flatten(0, 1), Progress("head"), []
    for step in range(1, settings.head_steps + 1):
        done = step / settings.head_steps
        for group in optimizer.param_groups:
            group["lr"] = RATE * 0.5 * (1 + math.cos(math.pi * done)) + 1e-5
        a, b = draw_pairs(usable, measure is tilt_distance, generator)
        noise = settings.head_noise * torch.randn(2, len(a), latents.shape[1], generator=generator)
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
            found = distance(head, latents[a] + noise[0], latents[b] + noise[1])
        loss = F.smooth_l1_loss(found, measure(labels[a], labels[b]), beta=BETA)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            curve.append((step, loss.item()))
            progress.update(done, f"loss {loss.item():.4f}")
    progress.update(1, f"{settings.head_steps} steps", last=True)
    return curve
