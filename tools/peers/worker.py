# SPDX-License-Identifier: Apache-2.0
"""One peer behind the line protocol that engine.py speaks; our own engine is such a worker too.

    worker.py PEER FOLDER

    load W          {"load_s": ..}                   CPU seconds, one run included; optional are
                                                     "version", "import_s", and "isa" of ours
    run W N         {"cpu_ms": .., "wall_ms": ..}    per run, of N runs; process CPU time
    out W FILE.npy  {"ok": 1}                        the float32 result, in the shape of ref.npy
    quit

An answer is one line of JSON; {"error": ".."} says what went wrong.
"""
import ctypes
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

import backends


def cpuid_answers() -> int:
    """How often hide_isa.so answered CPUID in this process; 0 where it is not loaded."""
    library = os.environ.get("LD_PRELOAD")
    return ctypes.CDLL(library).hide_isa_answered() if library else 0


class Worker:
    """The peer and its loaded workloads."""

    def __init__(self, peer: str, folder: Path) -> None:
        family, kind = peer.rsplit("-", 1)
        start = time.process_time()
        self.backend = backends.FAMILIES[family](kind == "int8")
        self.import_s = time.process_time() - start
        self.folder = folder
        self.runs: dict[str, backends.Run] = {}

    def load(self, workload: str) -> dict:
        """The model, and one run of it: the first one still prepares."""
        start = time.process_time()
        self.runs[workload] = self.backend.load(self.folder / workload)
        self.runs[workload]()
        seconds = time.process_time() - start
        return {"load_s": seconds, "import_s": self.import_s, "version": self.backend.version,
                "cpuid_answers": cpuid_answers()}

    def run(self, workload: str, count: str) -> dict:
        """Mean time of a run."""
        run, runs = self.runs[workload], int(count)
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(runs):
            run()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        return {"cpu_ms": cpu * 1e3 / runs, "wall_ms": wall * 1e3 / runs}

    def out(self, workload: str, file: str) -> dict:
        """The result into a file."""
        np.save(file, np.asarray(self.runs[workload](), dtype=np.float32))
        return {"ok": 1}


def serve(peer: str, folder: Path) -> None:
    """Answers until `quit`. Libraries print to the standard error, never between answers."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(peer, folder)
    verbs = {"load": worker.load, "run": worker.run, "out": worker.out}
    for line in sys.stdin:
        verb, *arguments = line.split()
        if verb == "quit":
            return
        try:
            answer = verbs[verb](*arguments)
        except Exception as error:  # whatever a peer throws is its row of the table
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
