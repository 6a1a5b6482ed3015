# SPDX-License-Identifier: Apache-2.0
"""What tools/bench prints and writes."""
import json
import os
import platform
from pathlib import Path

import tiers
from measure import Measurement, Result
from options import OURS, Options

HEADER = (f"  {'engine':17}{'min ms':>9}{'med ms':>9}{'GMAC/s':>8}{'% peak':>7}{'x ours':>8}"
          f"{'x min':>7}{'cosine':>10}{'max abs':>9}{'RSS MB':>8}{'load s':>8}")


def machine() -> str:
    """The processor, as its kernel names it."""
    info = tiers.cpuinfo()
    numbers = f"family {info.get('cpu family', '?')} model {info.get('model', '?')}"
    return f"{info.get('model name', 'unknown processor')} ({numbers})"


def heading(options: Options, core: int, data: Path) -> dict:
    """What a reader has to know to believe the numbers or to repeat them."""
    return {
        "machine": machine(),
        "processors": os.cpu_count(),
        "kernel": platform.release(),
        "load_average": os.getloadavg()[0],
        "tier": options.tier.name,
        "hidden": tiers.must_hide(options.tier),
        "core": core,
        "rounds": options.rounds,
        "seed": options.seed,
        "data": str(data),
    }


def heading_text(heading: dict) -> str:
    """The heading in lines."""
    tier = heading["tier"] + (", all above it hidden from the peers" if heading["hidden"] else "")
    return "\n".join([
        f"machine    {heading['machine']}, {heading['processors']} processors, "
        f"Linux {heading['kernel']}, load {heading['load_average']:.2f}",
        f"tier       {tier}; one thread on core {heading['core']}",
        f"measured   {heading['rounds']} interleaved rounds, CPU time, seed {heading['seed']}",
        f"workloads  {heading['data']}"])


def numbers(measured: Measurement, result: Result, tier: tiers.Tier) -> dict:
    """One row, for the table and for JSON."""
    if measured.error:
        return {"error": measured.error}
    rate = result.gmac / measured.min_ms * 1e3
    row = {
        "version": measured.version,
        "min_ms": measured.min_ms, "median_ms": measured.median_ms,
        "min_wall_ms": min(measured.wall_ms),
        "gmac_per_s": rate, "percent_of_peak": 100 * rate / result.peaks[tier.peak],
        "cosine": measured.cosine, "max_abs": measured.max_abs,
        "rss_mb": measured.memory_mb, "load_s": measured.load_s, "import_s": measured.import_s,
        "cpu_ms": measured.cpu_ms, "wall_ms": measured.wall_ms,
    }
    ours = result.engines.get(OURS)
    if ours and not ours.error:
        row["ratio_median"], row["ratio_min"] = measured.ratios(ours)
    return row


def table(workload: str, result: Result, tier: tiers.Tier) -> str:
    """One workload, the fastest first."""
    peaks = ", ".join(f"{name} {value:.0f}" for name, value in result.peaks.items())
    lines = [f"\n{workload}  {result.gmac:.4f} GMAC; peak {tier.peak} of GMAC/s: {peaks}", HEADER]
    rows = {name: numbers(each, result, tier) for name, each in result.engines.items()}
    for name, row in sorted(rows.items(), key=lambda item: item[1].get("min_ms", float("inf"))):
        if "error" in row:
            lines.append(f"  {name:17} failed: {row['error']}")
            continue
        ratios = "".join(f"{row[key]:{width}.2f}" if key in row else " " * width
                         for key, width in [("ratio_median", 8), ("ratio_min", 7)])
        lines.append(
            f"  {name:17}{row['min_ms']:9.3f}{row['median_ms']:9.3f}{row['gmac_per_s']:8.1f}"
            f"{row['percent_of_peak']:7.1f}{ratios}{row['cosine']:10.6f}{row['max_abs']:9.2g}"
            f"{row['rss_mb']:8.1f}{row['load_s']:8.3f}")
    return "\n".join(lines)


def versions(results: dict[str, Result], ours: str) -> dict[str, str]:
    """Engine and version."""
    found = {OURS: ours} if ours else {}
    for result in results.values():
        for name, measured in result.engines.items():
            if measured.version:
                found[name] = measured.version
    return found


def summary(results: dict[str, Result], ours: str) -> str:
    """Least milliseconds of every engine on every workload, and who they were."""
    names = list(dict.fromkeys(name for result in results.values() for name in result.engines))
    width = max(map(len, results)) + 2
    columns = [max(len(name), 8) + 2 for name in names]
    lines = ["\nmin ms" + " " * (width - 6) +
             "".join(f"{name:>{column}}" for name, column in zip(names, columns))]
    for workload, result in results.items():
        cells = []
        for name, column in zip(names, columns):
            measured = result.engines[name]
            cells.append(f"{'-' if measured.error else format(measured.min_ms, '.3f'):>{column}}")
        lines.append(f"{workload:{width}}" + "".join(cells))
    known = ", ".join(f"{name} {value}" for name, value in versions(results, ours).items())
    return "\n".join(lines + [f"versions: {known}"])


def write_json(path: Path, heading: dict, results: dict[str, Result], tier: tiers.Tier,
               ours: str) -> None:
    """Everything measured so far."""
    workloads = {
        name: {"gmac": result.gmac, "peak_gmac_per_s": result.peaks,
               "engines": {engine: numbers(each, result, tier)
                           for engine, each in result.engines.items()}}
        for name, result in results.items()}
    document = heading | {"versions": versions(results, ours), "workloads": workloads}
    path.write_text(json.dumps(document, indent=1) + "\n")
