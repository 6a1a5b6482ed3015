# SPDX-License-Identifier: Apache-2.0
"""Measures a model on validation data and draws the report. True states are read here only."""
import json
from pathlib import Path

import torch

import data
from head import distance, planar_distance, tilt_distance
from trainer import latents_of

AHEAD = 8  # decisions of the measured rollout
ROWS = 1024  # sampled sequences
PAIRS = 100_000
NEAR_M, NEAR_RAD = 1.5, torch.pi / 2  # pairs farther apart say nothing about local goals
RIDGE = 1e-2


def probe_targets(truth, spec):
    """What a linear probe should read from a latent: names and values [...,P]."""
    if spec["frame"]:
        heading = truth[..., 2]
        values = [truth[..., 0], truth[..., 1], heading.cos(), heading.sin()]
        return ["x", "y", "cos", "sin"], torch.stack(values, -1)
    return ["tilt", "tilt rate", "speed"], truth[..., [0, 1, 3]]


def probe(latents, targets):
    """R2 per target of ridge regression: fitted on the first three quarters, scored on the rest."""
    cut = len(latents) * 3 // 4
    x, y = torch.cat([latents, torch.ones(len(latents), 1)], 1).double(), targets.double()
    gram = x[:cut].T @ x[:cut] + RIDGE * torch.eye(x.shape[1], dtype=torch.double)
    weights = torch.linalg.solve(gram, x[:cut].T @ y[:cut])
    left = (y[cut:] - x[cut:] @ weights).square().mean(0)
    return (1 - left / y[cut:].var(0, correction=0)).tolist()


def spearman(a, b):
    """Rank correlation of two vectors without ties."""
    ranks = torch.stack([a.argsort().argsort(), b.argsort().argsort()]).double()
    return float(torch.corrcoef(ranks)[0, 1])


class Validation:
    """Validation episodes with the fixed samples that all measurements use."""

    def __init__(self, path, spec):
        self.spec, self.episodes = spec, data.open_episodes(path, spec)
        self.truth = data.read_truth(path)
        generator = torch.Generator().manual_seed(0)
        length = spec["predictor"]["history"] + AHEAD
        episode, start = self.episodes.draw(ROWS, length, generator)
        self.rows = (episode * self.episodes.steps + start)[:, None] + torch.arange(length)
        self.pairs = torch.randint(self.truth[..., 0].numel(), (2, 3 * PAIRS), generator=generator)

    def imu(self, flat):
        """Predictor input: IMU before the decisions `flat`, flag 1; None where it takes none."""
        if not self.spec["predictor"]["imu_features"]:
            return None
        return torch.cat([self.episodes.imu.flatten(0, 1)[flat], torch.ones(len(flat), 1)], 1)

    def rollout_errors(self, predictor, latents):
        """Per step: error of the rollout over the error of predicting that nothing changes."""
        history, actions = predictor.history, self.episodes.actions.flatten(0, 1)
        z, ratios = latents[self.rows], []
        seen = z[:, :history]
        for k in range(AHEAD):
            imu = self.imu(self.rows[:, history - 1]) if k == 0 else None
            predicted = predictor(seen, actions[self.rows[:, k:k + history]], imu)
            target = z[:, history + k]
            still = (z[:, history - 1] - target).square().mean()
            ratios.append(float((predicted - target).square().mean() / still))
            seen = torch.cat([seen[:, 1:], predicted[:, None]], 1)
        return ratios

    def rank_correlations(self, latents, usable, head):
        """Rank correlation with the true distance: of the latent distance, and of the head."""
        a, b = self.pairs[:, usable.flatten()[self.pairs].all(0)]
        truth = self.truth.flatten(0, 1)
        if self.spec["frame"]:
            apart = (truth[a, :2] - truth[b, :2]).norm(dim=1)
            turn = torch.remainder(truth[a, 2] - truth[b, 2] + torch.pi, 2 * torch.pi) - torch.pi
            near = (apart < NEAR_M) & (turn.abs() < NEAR_RAD)
            a, b = a[near], b[near]
            true = planar_distance(truth[a, :3], truth[b, :3])
        else:
            tilt, rate, speed = 0, 1, 3
            columns = [tilt, rate, speed]
            true = tilt_distance(truth[a][:, columns], truth[b][:, columns])
        found = {"latent": spearman((latents[a] - latents[b]).square().sum(1), true)}
        if head is not None:
            found["head"] = spearman(distance(head, latents[a], latents[b]), true)
        return found

    @torch.no_grad()
    def measure(self, model, head=None):
        """All numbers of the report for the model as it is."""
        model.eval()
        latents, usable = latents_of(model, self.episodes)
        names, targets = probe_targets(self.truth, self.spec)
        keep = usable.flatten()
        known = latents[keep]
        spectrum = torch.linalg.eigvalsh(torch.cov(known.T))
        return {
            "probe_r2": dict(zip(names, probe(known, targets.flatten(0, 1)[keep]))),
            "relative_error": self.rollout_errors(model.predictor, latents),
            "rank_correlation": self.rank_correlations(latents, usable, head),
            "effective_dimensions": float(spectrum.sum() ** 2 / spectrum.square().sum()),
        }

    @torch.no_grad()
    def surprise(self, model):
        """Quantiles of one-step error and latent norm of a folded model: `surprise` of the file."""
        latents, usable = latents_of(model, self.episodes)
        history = model.predictor.history
        z, now = latents[self.rows], self.rows[:, history - 1]
        actions = self.episodes.actions.flatten(0, 1)[self.rows[:, :history]]
        predicted = model.predictor(z[:, :history], actions, self.imu(now))
        error = (predicted - z[:, history]).square().mean(1)
        norm = latents[usable.flatten()].norm(dim=1)
        quantile = lambda values, q: float(values.quantile(q))
        return {
            "latent_error_p50": quantile(error, 0.50), "latent_error_p99": quantile(error, 0.99),
            "norm_p01": quantile(norm, 0.01), "norm_p99": quantile(norm, 0.99),
        }


def draw(path, title, log, head_curve, final):
    """The curves as one PNG."""
    import matplotlib
    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 3, figsize=(13, 7), constrained_layout=True)
    figure.suptitle(title)
    steps = [row[0] for row in log.curves]
    for column, name in enumerate(["one step", "rollout", "SIGReg"], 1):
        axes[0, 0].plot(steps, [row[column] for row in log.curves], lw=0.8, label=name)
    axes[0, 0].set(title="training losses", xlabel="step", yscale="log")
    at = [step for step, _ in log.checkpoints]
    for name in final["probe_r2"]:
        axes[0, 1].plot(at, [found["probe_r2"][name] for _, found in log.checkpoints], label=name)
    axes[0, 1].set(title="linear probe of the latent", xlabel="step", ylabel="R²", ylim=(0, 1))
    for k in (0, AHEAD // 2, AHEAD - 1):
        axes[0, 2].plot(at, [found["relative_error"][k] for _, found in log.checkpoints],
                        label=f"{k + 1} ahead")
    axes[0, 2].set(title="relative prediction error", xlabel="step", ylim=(0, 1.5))
    axes[1, 0].plot(range(1, AHEAD + 1), final["relative_error"], marker="o", label="trained")
    axes[1, 0].axhline(1, color="grey", lw=0.8, label="nothing changes")
    axes[1, 0].set(title="rollout", xlabel="decisions ahead", ylabel="relative error")
    ranks = [found["rank_correlation"]["latent"] for _, found in log.checkpoints]
    axes[1, 1].plot(at, ranks, label="latent distance")
    if "head" in final["rank_correlation"]:
        axes[1, 1].axhline(final["rank_correlation"]["head"], color="C1", label="head, at the end")
    axes[1, 1].set(title="rank correlation with true distance", xlabel="step", ylim=(0, 1))
    if head_curve:
        axes[1, 2].plot(*zip(*head_curve), lw=0.8)
        axes[1, 2].set(title="head loss", xlabel="step", yscale="log")
    else:
        axes[1, 2].axis("off")
    for axis in axes.flat:
        axis.grid(alpha=0.3)
        if axis.get_legend_handles_labels()[0]:
            axis.legend(fontsize=8)
    figure.savefig(path, dpi=90)


def write(folder, title, log, head_curve, final, extra):
    """report.json and report.png in `folder`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    content = extra | {"validation": final, "checkpoints": [
        {"step": step} | found for step, found in log.checkpoints]}
    (folder / "report.json").write_text(json.dumps(content, indent=1) + "\n")
    draw(folder / "report.png", title, log, head_curve, final)
