# SPDX-License-Identifier: Apache-2.0
"""The training loop: JEPA losses, AdamW, warm-up, one cosine, gradient clipping."""
import math
import time
from dataclasses import dataclass, field

import torch

from losses import one_step, rollout, sigreg
from model import encode_all, measure_whitening
from progress import Progress

WARM_UP = 60  # steps
FLOOR = 0.02  # of the learning rate, at the end of the cosine
CLIP = 1.0  # norm of the gradient
LOG_EVERY = 20  # steps
CHECKPOINTS = 10
WHITENING_SAMPLES = 8192


@dataclass
class Budget:
    """CPU seconds, or steps where a run must repeat exactly."""

    seconds: float | None
    steps: int | None

    def fraction(self, step, seconds):
        """How much of it is used, 1 = all."""
        if self.steps is not None:
            return step / self.steps if self.steps else 1.0
        return seconds / self.seconds


@dataclass
class Log:
    """What a training did."""

    curves: list = field(default_factory=list)  # (step, one step, rollout, sigreg)
    checkpoints: list = field(default_factory=list)  # (step, what `evaluate` returned)
    steps: int = 0
    observations: int = 0
    seconds: float = 0.0  # CPU, without the evaluations


def make_optimizer(parameters, settings):
    """AdamW that decays matrices only."""
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, settings.learning_rate, betas=(0.9, 0.95), fused=True)


def rate(step, done):
    """Learning rate as a part of its peak: linear warm-up times cosine."""
    cosine = (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * done)) + FLOOR
    return min(1.0, (step + 1) / WARM_UP) * cosine


def settle(model, episodes, seed, samples=WHITENING_SAMPLES):
    """Measures the encoder's BatchNorm statistics over random training observations."""
    generator = torch.Generator().manual_seed(seed)
    drawn = episodes.sample(samples, 1, generator)
    model.encoder.eval()
    measure_whitening(model.encoder, drawn.observations)


def bfloat16_pays():
    """Whether this CPU multiplies bfloat16 faster than float32 (AVX-512 BF16, AMX)."""
    return torch.backends.mkldnn.is_available() and torch.cpu._is_avx512_bf16_supported()


def losses_of(model, batch, settings, generator, frozen):
    """One step, rollout and SIGReg losses of a batch."""
    encoder, predictor = model.encoder, model.predictor
    with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
        with torch.set_grad_enabled(not frozen):
            z = encoder(batch.observations).view(*batch.actions.shape[:2], -1)
        near = one_step(predictor, z, batch, generator)
        far = rollout(predictor, z, batch, generator)
    return near, far, sigreg(z.flatten(0, 1), settings.projections, generator)


def train(model, episodes, settings, budget, seed, evaluate, frozen=False):
    """Trains encoder and predictor in place; `frozen` leaves the encoder as it is (control)."""
    generator = torch.Generator().manual_seed(seed)
    encoder, predictor = model.encoder, model.predictor
    encoder.requires_grad_(not frozen)
    model.train()
    encoder.train(not frozen)
    parameters = [*predictor.parameters()] + ([] if frozen else [*encoder.parameters()])
    optimizer = make_optimizer(parameters, settings)
    length, log, progress = predictor.history + settings.ahead, Log(), Progress("world")
    began, next_checkpoint = time.process_time(), 0.0
    while (done := budget.fraction(log.steps, time.process_time() - began)) < 1:
        if done >= next_checkpoint:
            pause = time.process_time()
            log.checkpoints.append((log.steps, evaluate(model)))
            model.train()
            encoder.train(not frozen)
            next_checkpoint += 1 / CHECKPOINTS
            began += time.process_time() - pause
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * rate(log.steps, done)
        batch = episodes.sample(settings.batch, length, generator)
        near, far, spread = losses_of(model, batch, settings, generator, frozen)
        loss = near + far + settings.sigreg_weight * spread
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimizer.step()
        log.steps += 1
        log.observations += len(batch.observations)
        if log.steps % LOG_EVERY == 0 or log.steps == 1:
            losses = (near.item(), far.item(), spread.item())
            if not math.isfinite(sum(losses)):
                raise SystemExit(f"the loss is not finite after {log.steps} steps: lower the rate")
            log.curves.append((log.steps, *losses))
            speed = log.observations / max(time.process_time() - began, 1e-9)
            progress.update(done, "one step %.4f  rollout %.4f  sigreg %.4f" % losses
                            + f"  {speed:.0f} obs/s")
    log.seconds = time.process_time() - began
    progress.update(1, f"{log.steps} steps", last=True)
    return log


def latents_of(model, episodes):
    """Latents [E*T,D] of all decisions and which of them are usable [E,T]."""
    usable = episodes.usable(1)
    flat = torch.arange(episodes.count * episodes.steps)
    parts = []
    for part in flat[usable.flatten()].split(2048):
        parts.append(encode_all(model.encoder, episodes.observations(part)))
    found = torch.cat(parts)
    latents = torch.zeros(len(flat), found.shape[1])
    latents[usable.flatten()] = found
    return latents, usable
