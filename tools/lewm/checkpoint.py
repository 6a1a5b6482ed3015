# SPDX-License-Identifier: Apache-2.0
"""Reads a checkpoint of LeWM, never running code from it, and checks every tensor."""
import hashlib
import pickle
import re
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from layout import infer, shapes
from problem import Problem, some

PREFIXES = ("model.", "module.", "_orig_mod.")  # Lightning's, DataParallel's, torch.compile's
TRAINING_ONLY = re.compile(
    r"sigreg\.|callbacks_|.*\.num_batches_tracked$|encoder\.embeddings\.mask_token$"
    r"|encoder\.pooler\.")
# transformers 4's names of an encoder's parts, and transformers 5's.
RENAMED = [(re.compile(old), new) for old, new in (
    (r"^encoder\.encoder\.layer\.(\d+)\.", r"encoder.layers.\1."),
    (r"^(encoder\.layers\.\d+\.attention)\.attention\.query\.", r"\1.q_proj."),
    (r"^(encoder\.layers\.\d+\.attention)\.attention\.key\.", r"\1.k_proj."),
    (r"^(encoder\.layers\.\d+\.attention)\.attention\.value\.", r"\1.v_proj."),
    (r"^(encoder\.layers\.\d+\.attention)\.output\.dense\.", r"\1.o_proj."),
    (r"^(encoder\.layers\.\d+)\.intermediate\.dense\.", r"\1.mlp.fc1."),
    (r"^(encoder\.layers\.\d+)\.output\.dense\.", r"\1.mlp.fc2."),
)]


def sha256(path):
    """Of a file, as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path, heads, predictor_heads):
    """(tensors as float32 by transformers 5's names, sizes, names that were left out)."""
    tensors, left_out = rename(open_file(path), path)
    sizes = infer(tensors, heads, predictor_heads, path)
    check(tensors, shapes(sizes), path)
    return {name: tensor.float() for name, tensor in tensors.items()}, sizes, left_out


def open_file(path):
    """The named tensors of a .safetensors file or of a PyTorch file."""
    if not Path(path).is_file():
        raise Problem(path, "there is no such file", "give a .pt, .ckpt or .safetensors file")
    if Path(path).suffix == ".safetensors":
        try:
            return load_file(path)
        except SafetensorError as error:
            raise Problem(path, f"not a safetensors file ({error})",
                          "download or write it again") from None
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise Problem(
            path, "it holds Python objects, which could run any code and are not loaded",
            "save only the weights where you trust it: "
            "torch.save(model.state_dict(), 'weights.pt')") from None
    except (RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        raise Problem(path, f"not a whole PyTorch file ({str(error).splitlines()[0]})",
                      "download or write it again") from None
    for key in ("state_dict", "model"):
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict):
        raise Problem(path, f"it holds a {type(content).__name__}", "give a state dict")
    return content


def rename(content, path):
    """({canonical name: tensor}, names of what only training needs)."""
    tensors, left_out = {}, []
    for original, tensor in content.items():
        name = str(original)
        while name.startswith(PREFIXES):
            name = name.split(".", 1)[1]
        for old, new in RENAMED:
            name = old.sub(new, name)
        if TRAINING_ONLY.match(name):
            left_out.append(name)
        elif not torch.is_tensor(tensor):
            raise Problem(path, f"{original} is a {type(tensor).__name__}, not a tensor",
                          "give a state dict, or a file that holds one under 'state_dict'")
        elif name in tensors:
            raise Problem(path, f"there are two tensors {name} (the other one is {original})",
                          "give the state dict of one model")
        else:
            tensors[name] = tensor
    return tensors, left_out


def check(tensors, expected, path):
    """Refuses what is missing, misshapen, left over, or not a number."""
    missing = expected.keys() - tensors.keys()
    if missing:
        hint = "its projectors must end in BatchNorm" if any(
            name.endswith("running_mean") for name in missing) else "is this a LeWM checkpoint?"
        raise Problem(path, f"{len(missing)} tensors are missing: {some(missing)}", hint)
    unexpected = tensors.keys() - expected.keys()
    if unexpected:
        raise Problem(
            path, f"{len(unexpected)} tensors are no part of LeWM: {some(unexpected)}",
            "leaving them out would change what the model computes; remove them if not")
    for name, shape in expected.items():
        tensor = tensors[name]
        if tuple(tensor.shape) != shape:
            raise Problem(path, f"tensor {name} has shape {list(tensor.shape)}, its neighbours"
                          f" say {list(shape)}", "the file mixes models of different sizes")
        if not tensor.is_floating_point():
            raise Problem(path, f"tensor {name} holds {str(tensor.dtype).removeprefix('torch.')}",
                          "export the float weights; `umwelt model quantize` makes them int8")
        bad = ~torch.isfinite(tensor)
        if bad.any():
            at = bad.nonzero()[0].tolist()
            raise Problem(path, f"tensor {name} has NaN or infinity at {at}"
                          f" ({int(bad.sum())} in all)", "take a checkpoint from before that")
        if name.endswith("running_var") and (tensor < 0).any():
            raise Problem(path, f"tensor {name} has a negative variance", "the file is damaged")
