# SPDX-License-Identifier: Apache-2.0
"""Golden vectors of a LeWM, computed by the reference modules in float32.

Inputs: `frames` u8; `actions` [N,A] and `predictor.actions` [N,H,A] in raw units;
`predictor.latents` [N,H,D]. Outputs are `fp32.NAME`: the stages of the encoder for every token, of
the action, of the predictor for every position, then rollouts (`rollout1`, `rollout3`: one or three
latents of past) and the proposals of a planner with their costs (`cem1`, `cem3`).
"""
import json

import torch

import reference
from invented import scenes

ROWS, CANDIDATES, HORIZON = 8, 8, 5
# Candidates and elites as the reference plans, of ten iterations the ones that are kept.
PLANNER = {"samples": 300, "elites": 30, "iterations": 10, "kept": [0, 2, 5, 9]}
TINY_PLANNER = {"samples": 64, "elites": 8, "iterations": 6, "kept": [0, 5]}


class Actions:
    """Raw action blocks and what the reference's model takes."""

    def __init__(self, spec):
        self.scale = torch.tensor(spec["action"]["scale"])
        self.offset = torch.tensor(spec["action"]["offset"])

    def raw(self, scores):
        return scores * self.scale + self.offset

    def scores(self, raw):
        return (raw - self.offset) / self.scale


def first(output):
    return output[0] if isinstance(output, tuple) else output


@torch.no_grad()
def stages(model, places, call):
    """What the modules of `places` ({name: module}) put out while `call` runs."""
    found, hooks = {}, []
    for name, module in places.items():
        hooks.append(module.register_forward_hook(
            lambda _, __, output, name=name: found.update({name: first(output).clone()})))
    result = call()
    for hook in hooks:
        hook.remove()
    return found, result


def encoder_stages(model, frames, pixels):
    places = {"encoder.embedded": model.encoder.embeddings, "norm": model.encoder.layernorm}
    places |= {f"encoder.block.{n}": layer for n, layer in enumerate(model.encoder.layers)}
    pixels = reference.normalised(frames, pixels)[None]
    found, result = stages(model, places, lambda: model.encode({"pixels": pixels}))
    return found | {"encoder.cls": found.pop("norm")[:, 0], "latents": result["emb"][0]}


def action_stages(model, scores):
    found, embedded = stages(
        model, {"patch": model.action_encoder.patch_embed},
        lambda: model.action_encoder(scores[None]))
    return {"action.patch": found["patch"][0].T, "action.embedded": embedded[0]}


def predictor_stages(model, latents, scores):
    places = {"predictor.normed": model.predictor.transformer.norm}
    layers = model.predictor.transformer.layers
    places |= {f"predictor.block.{n}": layer for n, layer in enumerate(layers)}
    found, predicted = stages(
        model, places, lambda: model.predict(latents, model.action_encoder(scores)))
    return found | {"predicted": predicted}


def roll(model, history, scores, goal):
    """(latents [S,K,D], costs [S]) of action scores [S, H - 1 + K, A], the past ones first."""
    count, past = len(scores), len(history)
    info = {
        "pixels": torch.zeros(1, 1, past, 1, 1, 1),  # the reference reads H from it
        "emb": history.expand(1, count, -1, -1), "goal": goal, "goal_emb": goal[None, None],
    }
    costs = model.get_cost(info, scores[None])
    return info["predicted_emb"][0, :, past:], costs[0]


@torch.no_grad()
def rollout(model, actions, history, past, goal, draw):
    """A rollout's inputs and outputs; `past` is raw [H - 1, A]."""
    raw = actions.raw(torch.randn(CANDIDATES, HORIZON, past.shape[1], generator=draw))
    scores = actions.scores(torch.cat([past.expand(CANDIDATES, -1, -1), raw], 1))
    latents, costs = roll(model, history, scores, goal)
    inputs = {"history": history, "past": past, "goal": goal, "candidates": raw}
    return inputs, {"latents": latents, "costs": costs}


@torch.no_grad()
def propose(model, actions, history, past, draw, planner):
    """Proposals of the reference's CEMSolver (stable_worldmodel/solver/cem.py) and their costs."""
    count = planner["samples"]
    # A goal that some plan reaches: among its neighbours, the order of costs is hard to keep.
    plan = actions.scores(torch.cat([past, actions.raw(
        torch.randn(HORIZON, past.shape[1], generator=draw))]))
    goal = roll(model, history, plan[None], history[-1])[0][0, -1]
    mean, std = torch.zeros(HORIZON, past.shape[1]), torch.ones(HORIZON, past.shape[1])
    kept, kept_costs = [], []
    for iteration in range(planner["iterations"]):
        drawn = torch.randn(count, *mean.shape, generator=draw) * std + mean
        drawn[0] = mean
        raw = actions.raw(drawn)
        scores = actions.scores(torch.cat([past.expand(count, -1, -1), raw], 1))
        _, costs = roll(model, history, scores, goal)
        if iteration in planner["kept"]:
            kept.append(raw)
            kept_costs.append(costs)
        elites = drawn[costs.topk(planner["elites"], largest=False).indices]
        mean, std = elites.mean(0), elites.std(0)
    inputs = {"history": history, "past": past, "goal": goal, "candidates": torch.stack(kept)}
    return inputs, {"costs": torch.stack(kept_costs)}


@torch.no_grad()
def make(model, sizes, spec, pixels, seed, planner):
    """(tensors, metadata) of a golden file."""
    draw = torch.Generator().manual_seed(seed)
    actions = Actions(spec)

    def normal(*shape):
        return torch.randn(shape, generator=draw)

    moments = scenes(2, sizes.history, sizes.pixels, seed + 2)
    frames = torch.cat([moments[0], moments[1][:1]])  # a past, and elsewhere the goal
    outputs = encoder_stages(model, frames, pixels)
    history, goal = outputs["latents"][:-1], outputs["latents"][-1]
    windows = history + 0.7 * normal(ROWS, *history.shape)
    windows[0] = history
    raw = actions.raw(normal(ROWS, sizes.history, sizes.action))
    tensors = {"frames": frames, "actions": raw[:, 0], "predictor.latents": windows,
               "predictor.actions": raw}
    outputs |= action_stages(model, actions.scores(raw[:, 0]))
    outputs |= predictor_stages(model, windows, actions.scores(raw))

    past = actions.raw(normal(sizes.history - 1, sizes.action))
    for count in sorted({1, sizes.history}):
        start = model, actions, history[-count:], past[len(past) - count + 1:]
        for name, (inputs, found) in {
            f"rollout{count}": rollout(*start, goal, draw),
            f"cem{count}": propose(*start, draw, planner),
        }.items():
            if count == 1:
                del inputs["past"]
            tensors |= {f"{name}.{part}": tensor for part, tensor in inputs.items()}
            outputs |= {f"{name}.{part}": tensor for part, tensor in found.items()}
    tensors |= {f"fp32.{name}": tensor for name, tensor in outputs.items()}
    metadata = {"generator": "tools/export", "seed": str(seed), "reference": reference.versions(),
                "cem": json.dumps(planner)}
    return {name: tensor.clone().contiguous() for name, tensor in tensors.items()}, metadata
