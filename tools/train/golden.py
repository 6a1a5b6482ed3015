# SPDX-License-Identifier: Apache-2.0
"""Golden vectors: what a model file must compute, for the tests of the Swift engine.

Inputs: `frames` u8 or `windows`, `predictor.latents` [N,history,D], `predictor.actions`
[N,history,A] (divided by the action scale), `predictor.imu` [N,F+1] (normalised, then the flag).
Outputs, once as `int8.` (int8 weights, dynamic int8 rows, round half even) and once as `fp32.`
(weights with remainder): `latents`, `predicted`, `embedded` (head of the newest latent).
"""
import argparse

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save

import data as datasets
from model import patchify
from quantize import load, write_atomically

COUNT = 8


@torch.no_grad()
def outputs(model, inputs):
    """Latents, predictions and embeddings of `inputs`."""
    seen = patchify(inputs["frames"]) if "frames" in inputs else inputs["windows"]
    history = inputs["predictor.latents"]
    result = {
        "latents": model.encoder(seen),
        "predicted": model.predictor(history, inputs["predictor.actions"],
                                     inputs.get("predictor.imu")),
    }
    if model.head:
        result["embedded"] = model.head(history[:, -1])
    return result


@torch.no_grad()
def draw_inputs(episodes, model, spec, seed):
    """COUNT random moments of the validation data, with the history the predictor sees there."""
    generator = torch.Generator().manual_seed(seed)
    history = spec["predictor"]["history"]
    batch = episodes.sample(COUNT, history, generator)
    latents = model.encoder(batch.observations).view(COUNT, history, -1)
    inputs = {"predictor.latents": latents, "predictor.actions": batch.actions}
    newest = batch.observations.view(COUNT, history, *batch.observations.shape[1:])[:, -1]
    if spec["frame"]:
        inputs["frames"] = datasets.unpatchify(newest)
        # Half the rows as a later rollout step sees them: no IMU, flag 0.
        flag = (torch.arange(COUNT) % 2 == 0).float()[:, None]
        inputs["predictor.imu"] = torch.cat([batch.imu[:, -1] * flag, flag], 1)
    else:
        inputs["windows"] = newest
    return {name: tensor.contiguous() for name, tensor in inputs.items()}


def write(path, model_path, episodes, seed=1):
    """Writes the golden vectors of `model_path`; returns the cosines int8 against fp32."""
    exact, spec = load(model_path, int8=False)
    return write_outputs(path, model_path, draw_inputs(episodes, exact, spec, seed), seed)


def write_outputs(path, model_path, inputs, seed):
    """The same for given inputs."""
    exact, int8 = load(model_path, int8=False)[0], load(model_path, int8=True)[0]
    tensors, cosines = dict(inputs), {}
    results = {"fp32": outputs(exact, inputs), "int8": outputs(int8, inputs)}
    for kind, result in results.items():
        tensors |= {f"{kind}.{name}": tensor.contiguous() for name, tensor in result.items()}
    for name, tensor in results["fp32"].items():
        cosines[name] = float(F.cosine_similarity(tensor, results["int8"][name]).mean())
    write_atomically(path, save(tensors, {"generator": "tools/train/golden.py", "seed": str(seed)}))
    return cosines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="model.safetensors")
    parser.add_argument("validation", help="a data set of `umwelt sim collect`, or an earlier "
                        "golden.safetensors whose inputs are taken again")
    parser.add_argument("out", help="golden.safetensors to write")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.validation.endswith(".safetensors"):
        tensors = load_file(options.validation)
        inputs = {name: tensors[name] for name in tensors if not name.startswith(("int8.", "fp32."))}
        print(write_outputs(options.out, options.model, inputs, options.seed))
        return
    _, spec = load(options.model, int8=False)
    episodes = datasets.open_episodes(options.validation, spec)
    print(write(options.out, options.model, episodes, options.seed))


if __name__ == "__main__":
    main()
