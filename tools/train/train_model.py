# SPDX-License-Identifier: Apache-2.0
"""Trains the world model of one board from data sets; `tools/train/train` does the rest around it.

Writes model.safetensors (or control.safetensors) and golden.safetensors into --out, and the
report. The same seed, data, --steps, --threads and kind of CPU give the same bytes of weights.
"""
import argparse
import time
from dataclasses import replace
from pathlib import Path

import torch

import data
import golden
import head as heads
import quantize
from model import WorldModel
from report import Validation
from report import write as write_report
from settings import BOARDS, make_spec
from trainer import Budget, bfloat16_pays, latents_of, settle, train

SMOKE_STEPS = {"sim-rover": 150, "sim-balance": 600}
SMOKE_HEAD_STEPS = 200
FALLS_BELOW = 0.8  # a smoke test's loss must end below this part of its start


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", choices=sorted(BOARDS), required=True)
    parser.add_argument("--train", required=True, help="data set to train on")
    parser.add_argument("--validation", required=True, help="data set to measure on")
    parser.add_argument("--out", required=True, help="folder of the model file")
    parser.add_argument("--report", required=True, help="folder of report.json and report.png")
    parser.add_argument("--seed", type=int, default=1)
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=float, help="CPU seconds of world model training")
    budget.add_argument("--steps", type=int, help="steps instead: repeats exactly")
    parser.add_argument("--head-steps", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", choices=["auto", "float32", "bfloat16"], default="auto",
                        help="of products in training; auto: bfloat16 where the CPU has it")
    parser.add_argument("--control", action="store_true",
                        help="untrained, frozen encoder: what the learned latent is worth")
    parser.add_argument("--head-from", metavar="FILE",
                        help="keep the world model of FILE and train only the head anew")
    parser.add_argument("--smoke", action="store_true", help="seconds only; fail if nothing learns")
    parser.add_argument("--command", default="train_model.py", help="recorded in the model file")
    return parser.parse_args()


def adapt(settings, options):
    """The board's settings with what the command line and this CPU change."""
    wanted = {"auto": settings.bfloat16 and bfloat16_pays(), "float32": False, "bfloat16": True}
    steps = SMOKE_HEAD_STEPS if options.smoke else settings.head_steps
    if options.head_steps is not None:
        steps = options.head_steps
    return replace(settings, bfloat16=wanted[options.precision], head_steps=steps)


def budget_of(settings, options):
    """CPU seconds unless steps are asked for."""
    if options.smoke and options.seconds is None and options.steps is None:
        return Budget(None, SMOKE_STEPS[options.board])
    return Budget(options.seconds or settings.seconds, options.steps)


def check_falls(name, values):
    """Stops unless the mean of the last values lies well below the first ones."""
    edge = max(1, min(3, len(values) // 3))
    first, last = sum(values[:edge]) / edge, sum(values[-edge:]) / edge
    print(f"{name} loss {first:.4f} -> {last:.4f}")
    if not last < FALLS_BELOW * first:
        raise SystemExit(f"smoke test: the {name} loss did not fall ({first:.4f} -> {last:.4f})")


def train_head(model, episodes, spec, settings, seed):
    """Fits the head to the frozen latents of all training episodes; returns its loss curve."""
    if model.head is None:
        return []
    model.eval()
    latents, usable = latents_of(model, episodes)
    labels, measure = heads.labels_of(episodes, spec)
    return heads.train(model.head, latents, usable, labels, measure, settings, seed)


def write_model(path, model, spec, validation, remainder):
    """Measures surprise on the int8 model, as the robot runs it, and writes the file."""
    tensors = quantize.tensors_of(quantize.fold(model), remainder)
    spec["surprise"] = validation.surprise(quantize.assemble(tensors, spec, int8=True))
    spec["training"] = spec.pop("training")  # keep the order of the format
    quantize.write(path, model, spec, remainder)


def main():
    options, wall = parse(), time.monotonic()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    settings = adapt(BOARDS[options.board], options)
    spec = make_spec(options.board, settings, options.train)
    print(f"loading {options.train}")
    episodes, validation = data.open_episodes(options.train, spec), Validation(
        options.validation, spec)
    if options.head_from:
        return retrain_head(options, settings, episodes, validation)
    model = WorldModel(spec)
    if options.control:
        settle(model, episodes, options.seed)

    log = train(model, episodes, settings, budget_of(settings, options), options.seed,
                validation.measure, frozen=options.control)
    if not options.control:
        settle(model, episodes, options.seed)
    head_curve = train_head(model, episodes, spec, settings, options.seed)
    final = validation.measure(model, model.head)
    log.checkpoints.append((log.steps, final))

    spec["training"] = {
        "seed": options.seed, "data_sha256": data.sha256(options.train),
        "data_episodes": episodes.count, "cpu_seconds": round(time.process_time(), 1),
        "wall_seconds": round(time.monotonic() - wall, 1), "steps": log.steps,
        "torch": torch.__version__, "command": options.command,
    }
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    path = out / ("control.safetensors" if options.control else "model.safetensors")
    write_model(path, model, spec, validation, remainder=not options.control)
    speed = log.observations / max(log.seconds, 1e-9)
    extra = {"training": spec["training"], "surprise": spec["surprise"],
             "bfloat16": settings.bfloat16, "head_steps": settings.head_steps,
             "observations": log.observations, "observations_per_cpu_second": round(speed)}
    if not options.control:
        golden_path = out / "golden.safetensors"
        extra["cosine_int8"] = golden.write(golden_path, path, validation.episodes, options.seed)
    title = f"{options.board}{' (control)' if options.control else ''}, seed {options.seed}"
    write_report(options.report, title, log, head_curve, final, extra)
    summarise(path, options.report, final, extra)
    if options.smoke:
        total = [a + b + settings.sigreg_weight * c for _, a, b, c in log.curves]
        check_falls("world model", total)
        if head_curve:
            check_falls("head", [value for _, value in head_curve])


def retrain_head(options, settings, episodes, validation):
    """Only the head anew, on the latents of an existing model file."""
    tensors, spec = quantize.read_tensors(options.head_from)
    model = quantize.assemble(tensors, spec, int8=False)
    training = spec["training"]
    curve = train_head(model, episodes, spec, settings, options.seed)
    training["command"] += f"; {options.command}"
    training["cpu_seconds"] = round(training["cpu_seconds"] + time.process_time(), 1)
    remainder = any(name.endswith(".remainder") for name in tensors)
    path = Path(options.out) / Path(options.head_from).name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_model(path, model, spec, validation, remainder)
    golden.write(path.parent / "golden.safetensors", path, validation.episodes, options.seed)
    final = validation.measure(model, model.head)
    print(f"head loss {curve[-1][1]:.4f}, rank correlation {final['rank_correlation']}; wrote {path}")


def summarise(path, report, final, extra):
    """The numbers that matter, on standard output."""
    rounded = lambda found: {k: round(v, 3) for k, v in found.items()}
    training = extra["training"]
    print(f"probe R2           {rounded(final['probe_r2'])}")
    print(f"relative error     {[round(v, 3) for v in final['relative_error']]}")
    print(f"rank correlation   {rounded(final['rank_correlation'])}")
    print(f"int8 cosine        {extra.get('cosine_int8', 'not measured')}")
    print(f"{training['steps']} steps, {extra['observations_per_cpu_second']} observations/s, "
          f"{time.process_time():.0f} CPU s, {training['wall_seconds']:.0f} s wall")
    print(f"wrote {path} ({path.stat().st_size} bytes), report in {report}")


if __name__ == "__main__":
    main()
