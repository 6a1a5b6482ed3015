# SPDX-License-Identifier: Apache-2.0
"""What differs from board to board: sizes of the networks and of the training."""
from dataclasses import dataclass

import data

HEAD = {"hidden": 192, "embedding": 16}


@dataclass(frozen=True)
class Settings:
    """Networks (`spec` parts, as in the model file) and training of one board."""

    latent: int
    encoder: dict
    predictor: dict
    head: dict | None
    frame: dict | None
    axes: list
    offset: list
    batch: int
    ahead: int  # decisions rolled out in training
    learning_rate: float
    weight_decay: float
    sigreg_weight: float
    projections: int  # random directions of SIGReg
    seconds: float  # CPU seconds of a full training
    head_steps: int
    head_noise: float  # on latents, so that the distance is smooth and bears prediction errors
    bfloat16: bool  # multiply in bfloat16 where the CPU can; too small networks lose by it


ROVER = Settings(
    latent=24,
    encoder={"kind": "patch-transformer", "patch": 8, "patch_features": 48, "width": 96,
             "blocks": 2, "heads": 4, "mlp_ratio": 3, "token_features": 32},
    predictor={"kind": "residual-mlp", "hidden": 384, "blocks": 2, "history": 3},
    head=HEAD,
    frame={"width": 64, "height": 64, "scale": 1 / 64, "offset": -2.0},
    axes=["gyro_z", "accel_x", "accel_y"],
    offset=[0.0, 0.0, 0.0],
    batch=32, ahead=3, learning_rate=2e-3, weight_decay=1e-2, sigreg_weight=8.0, projections=192,
    seconds=2700, head_steps=8000, head_noise=0.1, bfloat16=True,
)

BALANCE = Settings(
    latent=16,
    encoder={"kind": "window-mlp", "window": 8, "hidden": 128},
    predictor={"kind": "residual-mlp", "hidden": 128, "blocks": 2, "history": 1},
    head=HEAD,
    frame=None,
    axes=["gyro_y", "accel_x", "accel_z"],
    offset=[0.0, 0.0, 9.81],  # accel_z of a robot that stands upright
    batch=128, ahead=8, learning_rate=2e-3, weight_decay=1e-3, sigreg_weight=8.0, projections=96,
    seconds=90, head_steps=6000, head_noise=0.03, bfloat16=False,
)

BOARDS = {"sim-rover": ROVER, "sim-balance": BALANCE}


def make_spec(board, settings, path):
    """The JSON of the model file but for its results, from settings and the data set at `path`."""
    header = data.read_header(path)
    names, bins = header["action_names"].split(","), int(header["imu_bins"])
    upright = None if settings.frame else data.read(path, "upright").bool()
    features = 0 if settings.frame is None else bins * len(settings.axes)
    return {
        "board": board,
        "step_s": float(header["step_s"]),
        "latent": settings.latent,
        "frame": settings.frame,
        "imu": {"axes": settings.axes, "bins": bins, "offset": settings.offset,
                "scale": data.imu_statistics(path, settings.axes, settings.offset, upright)},
        "action": {"names": names, "scale": [1.0] * len(names)},
        "encoder": settings.encoder,
        "predictor": settings.predictor | {"imu_features": features},
        "head": settings.head,
    }
