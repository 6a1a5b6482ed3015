# SPDX-License-Identifier: Apache-2.0
"""Episodes of `umwelt sim collect`, held in memory in the layout the encoders eat.

`truth` is read by `read_truth` only, which the report calls; nothing here trains on it.
"""
import hashlib
from dataclasses import dataclass

import torch
from safetensors import safe_open

from model import PATCHES, patchify

FORMAT = "umwelt-episodes/1"
AXES = ["gyro_x", "gyro_y", "gyro_z", "accel_x", "accel_y", "accel_z"]


@dataclass
class Batch:
    """B sequences of L decisions."""

    observations: torch.Tensor  # encoder input, [B*L, ...]
    actions: torch.Tensor  # [B,L,A], divided by the action scale
    imu: torch.Tensor  # [B,L,F], normalised


def read_header(path):
    """Metadata of a data set; stops with what to do when it is not one."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
    if metadata.get("format") != FORMAT:
        raise SystemExit(f"{path}: not a data set ({FORMAT}); make one with `umwelt sim collect`")
    return metadata


def read(path, name):
    """One tensor of a data set."""
    with safe_open(path, "pt") as file:
        return file.get_tensor(name)


def read_truth(path):
    """True states [E,T,5], for probes in the report only."""
    return read(path, "truth")


def sha256(path):
    """Hex digest of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def imu_statistics(path, axes, offset, upright=None):
    """Scale per axis that gives the IMU means of the data set unit variance."""
    values = read(path, "imu")[..., [AXES.index(axis) for axis in axes]] - torch.tensor(offset)
    if upright is not None:
        values = values[upright]
    std = values[..., :].reshape(-1, len(axes)).square().mean(0).sqrt()
    return [float(f"{1 / max(float(s), 1e-6):.4g}") for s in std]


def load_patches(path, chunk=16):
    """Frames [E,T,64,64,3] as u8 patches [E*T,16,4,192], reordered once, a chunk at a time."""
    with safe_open(path, "pt") as file:
        frames = file.get_slice("frames")
        episodes, steps = frames.get_shape()[:2]
        patches = torch.empty(episodes * steps, *PATCHES, dtype=torch.uint8)
        for first in range(0, episodes, chunk):
            part = patchify(frames[first:first + chunk])
            patches[first * steps:first * steps + len(part)] = part
    return patches


def unpatchify(patches):
    """The inverse of `patchify`: [N,16,4,192] to frames [N,64,64,3]."""
    grid = patches.reshape(-1, 4, 4, 2, 2, 8, 8, 3)
    return grid.permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(-1, 64, 64, 3)


class Episodes:
    """What all robots share: actions, IMU, and which starts are allowed."""

    def __init__(self, path, spec):
        self.path = path
        imu, axes = spec["imu"], [AXES.index(axis) for axis in spec["imu"]["axes"]]
        raw = read(path, "imu")[..., axes]
        self.imu = ((raw - torch.tensor(imu["offset"])) * torch.tensor(imu["scale"])).flatten(2)
        self.actions = read(path, "actions") / torch.tensor(spec["action"]["scale"])
        self.count, self.steps = self.actions.shape[:2]
        self.starts = {}

    def usable(self, length):
        """[E,T-length+1]: whether a sequence of `length` decisions may start there."""
        return torch.ones(self.count, self.steps - length + 1, dtype=torch.bool)

    def draw(self, batch, length, generator):
        """Episode and first decision of `batch` random sequences, each [B]."""
        if length not in self.starts:
            self.starts[length] = self.usable(length).nonzero()
        starts = self.starts[length]
        if len(starts) == 0:
            raise SystemExit(f"{self.path}: no usable sequence of {length} decisions")
        picked = starts[torch.randint(len(starts), (batch,), generator=generator)]
        return picked[:, 0], picked[:, 1]

    def sample(self, batch, length, generator):
        """A Batch of random sequences of `length` decisions."""
        episode, start = self.draw(batch, length, generator)
        flat = (episode * self.steps + start)[:, None] + torch.arange(length)
        return Batch(self.observations(flat.flatten()),
                     self.actions.flatten(0, 1)[flat], self.imu.flatten(0, 1)[flat])

    def observations(self, flat):
        """Encoder inputs at the flat indices episode * T + t."""
        raise NotImplementedError


class FrameEpisodes(Episodes):
    """Rover: an observation is one frame."""

    def __init__(self, path, spec):
        super().__init__(path, spec)
        self.patches = load_patches(path)

    def observations(self, flat):
        return self.patches.index_select(0, flat)


class WindowEpisodes(Episodes):
    """Balance: an observation is the window of IMU steps and previous actions that ends there."""

    def __init__(self, path, spec):
        super().__init__(path, spec)
        self.window = spec["encoder"]["window"]
        self.upright = read(path, "upright").bool()
        before = torch.zeros_like(self.actions)
        before[:, 1:] = self.actions[:, :-1]
        self.steps_in = torch.cat([self.imu, before], 2).flatten(0, 1)

    def usable(self, length):
        # The first observation reaches window - 1 decisions back; the robot stands throughout.
        ahead = self.upright.unfold(1, self.window + length - 1, 1).all(2)
        blocked = torch.zeros(self.count, self.window - 1, dtype=torch.bool)
        return torch.cat([blocked, ahead], 1)

    def observations(self, flat):
        reach = flat[:, None] + torch.arange(1 - self.window, 1)
        return self.steps_in[reach].flatten(1)


def open_episodes(path, spec):
    """The data set at `path` as the encoder of `spec` wants it."""
    return (FrameEpisodes if spec["frame"] else WindowEpisodes)(path, spec)
