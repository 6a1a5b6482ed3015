# SPDX-License-Identifier: Apache-2.0
"""One workload on all engines: interleaved rounds, and the numbers that come of them."""
import json
import random
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import folder
from engine import Engine, EngineError

SLICE_MS = 120.0  # of one engine in one round: long against the clock, short against disturbances


@dataclass
class Measurement:
    """What one engine did on one workload; `error` where it did not."""

    version: str = ""
    import_s: float = 0.0
    load_s: float = 0.0
    memory_mb: float = 0.0
    cosine: float = 0.0
    max_abs: float = 0.0
    runs: int = 0  # of a round
    cpu_ms: list[float] = field(default_factory=list)  # mean of each round
    wall_ms: list[float] = field(default_factory=list)
    error: str = ""

    @property
    def min_ms(self) -> float:
        return min(self.cpu_ms)

    @property
    def median_ms(self) -> float:
        return statistics.median(self.cpu_ms)

    def ratios(self, ours: "Measurement") -> tuple[float, float]:
        """This time over ours: the median of the ratios within rounds, and the ratio of minima."""
        paired = [theirs / mine for theirs, mine in zip(self.cpu_ms, ours.cpu_ms)]
        return statistics.median(paired), self.min_ms / ours.min_ms


@dataclass
class Result:
    """All engines on one workload, and what the core could do meanwhile (GMAC/s)."""

    gmac: float
    peaks: dict[str, float]
    engines: dict[str, Measurement]


def difference(result: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """Cosine and largest difference. EngineError where the result is none."""
    if result.shape != reference.shape:
        raise EngineError(f"its result has shape {result.shape}, not {reference.shape}")
    a, b = result.ravel().astype(np.float64), reference.ravel().astype(np.float64)
    if not np.isfinite(a).all():
        raise EngineError("its result is not finite")
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)), float(np.abs(a - b).max())


def prepare(engine: Engine, data: Path, workload: str, scratch: Path) -> Measurement:
    """Loads the workload, checks the result, and finds how many runs fill a slice."""
    answer = engine.ask("load", workload)
    engine.check(answer)
    file = scratch / f"{engine.name}.npy"
    engine.ask("out", workload, file)
    cosine, max_abs = difference(np.load(file), folder.reference(data / workload))
    engine.ask("run", workload, 1)
    once = engine.ask("run", workload, 1)["cpu_ms"]
    return Measurement(
        version=str(answer.get("version", "")), import_s=float(answer.get("import_s", 0)),
        load_s=float(answer["load_s"]), cosine=cosine, max_abs=max_abs,
        runs=max(1, int(SLICE_MS / max(once, 1e-3))))


def peak(program: Path, core: int) -> dict[str, float]:
    """GMAC/s of the core by instruction (native/peak.c)."""
    command = ["taskset", "--cpu-list", str(core), str(program)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def rounds(engines: list[Engine], measured: dict[str, Measurement], workload: str, count: int,
           peak_program: Path, core: int, order: random.Random) -> dict[str, float]:
    """Every engine once a round, in random order. Returns the peaks; fills `measured`."""
    peaks: dict[str, float] = {}
    for _ in range(count):
        for name, value in peak(peak_program, core).items():
            peaks[name] = max(peaks.get(name, 0.0), value)
        for engine in order.sample(engines, len(engines)):
            mine = measured[engine.name]
            if mine.error:
                continue
            try:
                answer = engine.ask("run", workload, mine.runs)
                mine.memory_mb = engine.peak_memory_mb()
            except EngineError as error:
                mine.error = str(error)
                continue
            mine.cpu_ms.append(float(answer["cpu_ms"]))
            mine.wall_ms.append(float(answer["wall_ms"]))
    return peaks
