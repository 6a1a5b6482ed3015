# SPDX-License-Identifier: Apache-2.0
"""The tensors of a LeWM state dict: their names, and the sizes that their shapes tell.

Names are those of transformers 5; `checkpoint.py` renames what transformers 4 wrote.
"""
import math
import re
from dataclasses import dataclass

from problem import Problem, some

LANES = 16  # the engine keeps one predictor head in each lane, 16 at a time
HEAD_WIDTH = 64  # of every published LeWM, encoder and predictor


@dataclass(frozen=True)
class Sizes:
    """Of a LeWM; the defaults are those of the published models, but for the action."""

    action: int  # width of an action block: raw dimensions times steps
    patch: int = 14
    side: int = 16  # patches along one side of the frame
    width: int = 192
    blocks: int = 12
    heads: int = 3
    mlp: int = 768
    projector: int = 2048
    latent: int = 192
    predictor_blocks: int = 6
    predictor_heads: int = 16
    head_width: int = 64
    predictor_mlp: int = 2048
    predictor_projector: int = 2048
    history: int = 3
    action_features: int = 10
    action_hidden: int = 768

    @property
    def pixels(self):
        """Along one side of the frame."""
        return self.side * self.patch

    @property
    def tokens(self):
        """Patches and the CLS token."""
        return self.side**2 + 1


def tiny(action):
    """The same architecture, small enough that its file can be part of the repository."""
    return Sizes(
        action=action, patch=6, side=4, width=32, blocks=2, heads=2, mlp=64, projector=64,
        latent=32, predictor_blocks=2, predictor_heads=16, head_width=4, predictor_mlp=64,
        predictor_projector=64, action_hidden=64)


def infer(tensors, heads, predictor_heads, where):
    """The sizes of a checkpoint. Head counts are in no shape: given, or of 64 features each."""

    def shape(name, rank):
        if name not in tensors:
            raise Problem(
                where, f"tensor {name} is missing", "give the state dict of a whole LeWM: encoder,"
                f" projector, action_encoder, predictor, pred_proj (it has {some(tensors)})")
        found = tuple(tensors[name].shape)
        if len(found) != rank:
            raise Problem(
                where, f"tensor {name} has shape {list(found)}, not {rank} axes",
                "only the layers of LeWM can be exported")
        return found

    def count(pattern):
        found = [re.match(pattern, name) for name in tensors]
        return 1 + max((int(match[1]) for match in found if match), default=-1)

    def split(name, whole, parts):
        parts = parts or whole // HEAD_WIDTH
        if parts < 1 or whole % parts:
            raise Problem(where, f"{whole} {name} features do not divide into {parts} heads",
                          f"state the model's with --{name}-heads")
        return parts

    width, _, patch, _ = shape("encoder.embeddings.patch_embeddings.projection.weight", 4)
    patches = shape("encoder.embeddings.position_embeddings", 3)[1] - 1
    side = math.isqrt(max(patches, 0))
    if side < 1 or side**2 != patches:
        raise Problem(where, f"encoder.embeddings.position_embeddings is for {patches} patches",
                      "only square frames can be exported")
    inner = shape("predictor.transformer.layers.0.attn.to_qkv.weight", 2)[0] // 3
    predictor_heads = split("predictor", inner, predictor_heads)
    if predictor_heads % LANES:
        raise Problem(where, f"{predictor_heads} predictor heads are no multiple of {LANES}",
                      "the engine computes only such; give the right --predictor-heads")
    features, action, _ = shape("action_encoder.patch_embed.weight", 3)
    return Sizes(
        action=action, patch=patch, side=side, width=width,
        blocks=count(r"encoder\.layers\.(\d+)\."), heads=split("encoder", width, heads),
        mlp=shape("encoder.layers.0.mlp.fc1.weight", 2)[0],
        projector=shape("projector.net.0.weight", 2)[0],
        latent=shape("projector.net.3.weight", 2)[0],
        predictor_blocks=count(r"predictor\.transformer\.layers\.(\d+)\."),
        predictor_heads=predictor_heads,
        head_width=inner // predictor_heads,
        predictor_mlp=shape("predictor.transformer.layers.0.mlp.net.1.weight", 2)[0],
        predictor_projector=shape("pred_proj.net.0.weight", 2)[0],
        history=shape("predictor.pos_embedding", 3)[1], action_features=features,
        action_hidden=shape("action_encoder.embed.0.weight", 2)[0])


def shapes(sizes):
    """Every tensor that inference needs, and its shape."""
    found = {}

    def linear(name, inputs, outputs, bias=True):
        found[f"{name}.weight"] = (outputs, inputs)
        if bias:
            found[f"{name}.bias"] = (outputs,)

    def norm(name, width):
        found[f"{name}.weight"] = found[f"{name}.bias"] = (width,)

    def projector(name, inputs, hidden):
        linear(f"{name}.net.0", inputs, hidden)
        norm(f"{name}.net.1", hidden)
        found[f"{name}.net.1.running_mean"] = found[f"{name}.net.1.running_var"] = (hidden,)
        linear(f"{name}.net.3", hidden, sizes.latent)

    width, latent = sizes.width, sizes.latent
    embeddings = "encoder.embeddings"
    found[f"{embeddings}.cls_token"] = (1, 1, width)
    found[f"{embeddings}.position_embeddings"] = (1, sizes.tokens, width)
    patch = f"{embeddings}.patch_embeddings.projection"
    found[f"{patch}.weight"] = (width, 3, sizes.patch, sizes.patch)
    found[f"{patch}.bias"] = (width,)
    for index in range(sizes.blocks):
        block = f"encoder.layers.{index}"
        norm(f"{block}.layernorm_before", width)
        norm(f"{block}.layernorm_after", width)
        for part in "qkvo":
            linear(f"{block}.attention.{part}_proj", width, width)
        linear(f"{block}.mlp.fc1", width, sizes.mlp)
        linear(f"{block}.mlp.fc2", sizes.mlp, width)
    norm("encoder.layernorm", width)
    projector("projector", width, sizes.projector)

    found["action_encoder.patch_embed.weight"] = (sizes.action_features, sizes.action, 1)
    found["action_encoder.patch_embed.bias"] = (sizes.action_features,)
    linear("action_encoder.embed.0", sizes.action_features, sizes.action_hidden)
    linear("action_encoder.embed.2", sizes.action_hidden, latent)

    found["predictor.pos_embedding"] = (1, sizes.history, latent)
    inner = sizes.predictor_heads * sizes.head_width
    for index in range(sizes.predictor_blocks):
        block = f"predictor.transformer.layers.{index}"
        norm(f"{block}.attn.norm", latent)
        linear(f"{block}.attn.to_qkv", latent, 3 * inner, bias=False)
        linear(f"{block}.attn.to_out.0", inner, latent)
        norm(f"{block}.mlp.net.0", latent)
        linear(f"{block}.mlp.net.1", latent, sizes.predictor_mlp)
        linear(f"{block}.mlp.net.4", sizes.predictor_mlp, latent)
        linear(f"{block}.adaLN_modulation.1", latent, 6 * latent)
    norm("predictor.transformer.norm", latent)
    projector("pred_proj", latent, sizes.predictor_projector)
    return found
