# SPDX-License-Identifier: Apache-2.0
"""The reference LeWM: the modules of stable-worldmodel, with weights of a checkpoint or random.

Only the two module files are loaded: the package's own __init__ would need simulators.
"""
import importlib.metadata
import importlib.util
from pathlib import Path

import torch
import transformers
from torch import nn

from problem import Problem

ENCODE_BATCH = 16


def versions():
    """What computed the goldens."""
    return ", ".join(f"{name} {importlib.metadata.version(name)}"
                     for name in ("stable-worldmodel", "transformers", "torch"))


def load_module(name):
    """wm/lewm/NAME.py of the installed package, alone."""
    package = Path(importlib.util.find_spec("stable_worldmodel").origin).parent
    spec = importlib.util.spec_from_file_location(name, package / "wm/lewm" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(sizes):
    """As scripts/train/config/lewm.yaml of stable-worldmodel builds it, in eval mode."""
    parts, lewm = load_module("module"), load_module("lewm")
    # stable_pretraining.backbone.utils.vit_hf: a ViTConfig with these fields, all else default.
    config = transformers.ViTConfig(
        hidden_size=sizes.width, num_hidden_layers=sizes.blocks, num_attention_heads=sizes.heads,
        intermediate_size=sizes.mlp, image_size=sizes.pixels, patch_size=sizes.patch)
    latent = sizes.latent
    return lewm.LeWM(
        encoder=transformers.ViTModel(config, add_pooling_layer=False, use_mask_token=False),
        predictor=parts.Predictor(
            num_frames=sizes.history, depth=sizes.predictor_blocks, heads=sizes.predictor_heads,
            mlp_dim=sizes.predictor_mlp, input_dim=latent, hidden_dim=latent, output_dim=latent,
            dim_head=sizes.head_width, dropout=0.1),
        action_encoder=parts.Embedder(
            input_dim=sizes.action, smoothed_dim=sizes.action_features, emb_dim=latent,
            mlp_scale=sizes.action_hidden // latent),
        projector=parts.MLP(sizes.width, sizes.projector, latent, norm_fn=nn.BatchNorm1d),
        pred_proj=parts.MLP(latent, sizes.predictor_projector, latent, norm_fn=nn.BatchNorm1d),
    ).eval()


def with_weights(sizes, state):
    """The reference model with the weights of a checkpoint, none missing and none left over."""
    model = build(sizes)
    state = dict(state)
    for name in model.state_dict():  # a counter of training that inference never reads
        if name.endswith("num_batches_tracked"):
            state[name] = torch.tensor(0)
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise Problem("reference", f"its modules do not take the weights ({reason})",
                      "export without --verify and --golden") from None
    return model


def normalised(frames, pixels):
    """Frames u8 [N, height, width, 3] as the reference's encoder takes them: [N, 3, h, w]."""
    mean, std = (torch.tensor(values) for values in pixels)
    return ((frames.float() / 255 - mean) / std).permute(0, 3, 1, 2)


@torch.no_grad()
def encode(model, frames, pixels):
    """Latents [N, D] of frames."""
    return torch.cat([
        model.encode({"pixels": normalised(part, pixels)[None]})["emb"][0]
        for part in frames.split(ENCODE_BATCH)])
