# SPDX-License-Identifier: Apache-2.0
"""Measures our engine beside its peers (tools/bench, which prepares everything)."""
import os
import random
import shlex
import sys
import tempfile
from pathlib import Path

import exports
import measure
import report
import tiers
from engine import Engine, EngineError
from layout import Layout
from options import OURS, Options, parse
from workloads import WORKLOADS

HERE = Path(__file__).parent


class Bench:
    """One run: the options, where things are, and the core that is measured on."""

    def __init__(self, options: Options, layout: Layout) -> None:
        self.options, self.layout = options, layout
        self.hide = tiers.must_hide(options.tier)
        self.core = max(os.sched_getaffinity(0)) if options.core is None else options.core
        engines = [OURS] * options.umwelt + options.peers
        self.data = exports.ensure(layout, options.seed, options.workloads, engines)
        self.order = random.Random(options.seed)
        self.logs = layout.cache / "logs"
        self.logs.mkdir(exist_ok=True)

    def start(self, name: str) -> Engine:
        """A worker of our engine or of a peer, kept to the tier."""
        log = self.logs / f"{name}.log"
        if name == OURS:
            command = [*shlex.split(self.layout.umwelt), str(self.data)]
            return Engine(name, command, self.core, {"UMWELT_ISA": self.options.tier.isa}, log)
        environment = "litert" if name.startswith("litert") else "main"
        python = self.layout.python(environment, self.hide)
        command = [python, str(HERE / "worker.py"), name, str(self.data)]
        return Engine(name, command, self.core, self._hiding() if self.hide else {}, log)

    def _hiding(self) -> dict[str, str]:
        """Variables under which a peer sees the tier only, as does the C library's memcpy."""
        variables = {"LD_PRELOAD": str(self.layout.native / "hide_isa.so"),
                     "HIDE_ISA_TIER": self.options.tier.name}
        if self.options.tier.name != "avx512vnni":
            variables["GLIBC_TUNABLES"] = "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW"
        return variables

    def compare(self, workload: str) -> measure.Result:
        """All engines on one workload, each in a process of its own."""
        names = [OURS] * self.options.umwelt + self.options.peers
        engines, measured = [], {}
        try:
            with tempfile.TemporaryDirectory() as scratch:
                for name in names:
                    engines.append(self.start(name))
                    measured[name] = self._prepare(engines[-1], workload, Path(scratch))
            peaks = measure.rounds(engines, measured, workload, self.options.rounds,
                                   self.layout.native / "peak", self.core, self.order)
        finally:
            for engine in engines:
                engine.close()
        return measure.Result(WORKLOADS[workload].macs / 1e9, peaks, measured)

    def _prepare(self, engine: Engine, workload: str, scratch: Path) -> measure.Measurement:
        try:
            return measure.prepare(engine, self.data, workload, scratch)
        except EngineError as error:
            return measure.Measurement(error=str(error))


def main() -> int:
    """Exit code 1 if an engine failed."""
    options, layout = parse(sys.argv[1:]), Layout.of_environment()
    bench = Bench(options, layout)
    heading = report.heading(options, bench.core, bench.data)
    print(report.heading_text(heading), flush=True)
    results: dict[str, measure.Result] = {}
    for workload in options.workloads:
        results[workload] = bench.compare(workload)
        print(report.table(workload, results[workload], options.tier), flush=True)
        if options.json:
            report.write_json(options.json, heading, results, options.tier, layout.umwelt_version)
    print(report.summary(results, layout.umwelt_version))
    if options.plot:
        import plot

        plot.draw(options.plot, results, options.tier, report.machine())
    engines = [engine for result in results.values() for engine in result.engines.values()]
    return int(any(engine.error for engine in engines))


if __name__ == "__main__":
    raise SystemExit(main())
