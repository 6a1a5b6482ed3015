# SPDX-License-Identifier: Apache-2.0
"""The run as a picture: how much of the core each engine uses on each workload."""
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from measure import Result
from options import OURS, PEERS
from tiers import Tier

# Okabe and Ito's colours for the colour blind; ours the strongest, float the grey ones.
COLOURS = {
    OURS: "#d55e00", "litert-int8": "#0072b2", "onnxruntime-int8": "#56b4e9",
    "ncnn-int8": "#009e73", "torch-int8": "#cc79a7", "litert-fp32": "#555555",
    "onnxruntime-fp32": "#777777", "ncnn-fp32": "#999999", "torch-fp32": "#bbbbbb",
}


def _label(workload: str) -> str:
    return workload.replace("_", "\n")


def draw(path: Path, results: dict[str, Result], tier: Tier, machine: str) -> None:
    """GMAC/s at the least time; a thin line marks the median."""
    present = {name for result in results.values() for name in result.engines}
    names = [name for name in [OURS, *PEERS] if name in present]
    width = 0.85 / len(names)
    figure, axes = plt.subplots(figsize=(max(6.0, 1.25 * len(results) + 2), 4.5))
    for i, name in enumerate(names):
        for place, result in enumerate(results.values()):
            measured = result.engines[name]
            if measured.error:
                continue
            x = place + (i - (len(names) - 1) / 2) * width
            best, middle = (result.gmac / ms * 1e3 for ms in (measured.min_ms, measured.median_ms))
            axes.bar(x, best, width * 0.92, color=COLOURS[name])
            axes.plot([x - width * 0.46, x + width * 0.46], [middle, middle], "k", linewidth=0.7)
        axes.bar(0, 0, color=COLOURS[name], label=name)  # once in the legend, failed or not
    peak = max(result.peaks[tier.peak] for result in results.values())
    axes.axhline(peak, color="black", linestyle="--", linewidth=0.8)
    axes.annotate(f"{tier.peak} peak {peak:.0f}", (0.995, peak), (0, 3), ha="right", fontsize=8,
                  xycoords=("axes fraction", "data"), textcoords="offset points")
    axes.set_xticks(range(len(results)), [_label(name) for name in results], fontsize=8)
    axes.set_ylabel("GMAC/s, one core")
    axes.set_title(f"{tier.name}, {machine}", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, ncols=len(names), loc="upper center",
                bbox_to_anchor=(0.5, -0.14))
    figure.savefig(path, dpi=150, bbox_inches="tight")
    plt.close(figure)
