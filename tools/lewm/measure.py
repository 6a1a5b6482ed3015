# SPDX-License-Identifier: Apache-2.0
"""Statistics of actions and pixels, which a LeWM checkpoint does not hold.

As the reference takes them (stable_worldmodel/data/normalization.py): rows with NaN are left out,
the deviation is the population's.
"""
from pathlib import Path

import numpy as np

from problem import Problem, some

MOST_FRAMES = 1000  # of a data set, evenly spread: pixel statistics settle long before


def columns(path):
    """A mapping of the arrays of a data set file, and a function that closes it."""
    if not Path(path).is_file():
        raise Problem(path, "there is no such file", "give a .npy, .npz or .h5 file")
    suffix = Path(path).suffix
    try:
        if suffix == ".npy":
            return {"action": np.load(path, mmap_mode="r", allow_pickle=False)}
        if suffix == ".npz":
            arrays = np.load(path, allow_pickle=False)
            return {"action": arrays[arrays.files[0]]} if len(arrays.files) == 1 else arrays
        if suffix in (".h5", ".hdf5"):
            import h5py
            import hdf5plugin  # noqa: F401  the data sets of stable-worldmodel are compressed
            return h5py.File(path, "r")
    except (OSError, ValueError) as error:
        raise Problem(path, f"cannot be read ({error})", "download or write it again") from None
    raise Problem(path, f"'{suffix}' is no known data set", "give a .npy, .npz or .h5 file")


def column(path, name):
    """One array of a data set file."""
    arrays = columns(path)
    if name not in arrays:
        raise Problem(path, f"it has no '{name}' (it has {some(arrays.keys())})",
                      f"give a file with an array '{name}'")
    return arrays[name]


def action_statistics(path):
    """(mean, std) of each dimension of the raw actions [N, A] of a data set."""
    actions = np.asarray(column(path, "action"), np.float64)
    if actions.ndim != 2 or not actions.size:
        raise Problem(path, f"its actions have shape {list(actions.shape)}",
                      "raw actions must be [N, A], one row a step")
    actions = actions[~np.isnan(actions).any(1)]
    if not len(actions) or not np.isfinite(actions).all():
        raise Problem(path, "its actions have no finite rows, or infinities", "repair the data set")
    return actions.mean(0).tolist(), actions.std(0).tolist()


def pixel_statistics(path):
    """(mean, std) of each colour of the frames [N, height, width, 3], bytes taken as 0...1."""
    frames = column(path, "pixels")
    fits = len(frames.shape) == 4 and frames.shape[3] == 3 and len(frames) > 0
    if not fits or frames.dtype != np.uint8:
        raise Problem(path, f"its pixels are {frames.dtype} {list(frames.shape)}",
                      "frames must be uint8 [N, height, width, 3]")
    step = -(-len(frames) // MOST_FRAMES)
    total, squares, count = np.zeros(3), np.zeros(3), 0
    for index in range(0, len(frames), step):
        values = np.asarray(frames[index], np.float64).reshape(-1, 3) / 255
        total += values.sum(0)
        squares += (values**2).sum(0)
        count += len(values)
    mean = total / count
    return mean.tolist(), np.sqrt(np.maximum(squares / count - mean**2, 0)).tolist()
