# SPDX-License-Identifier: Apache-2.0
"""A worker process seen from outside: one engine on one core (protocol: worker.py)."""
import json
import os
import select
import subprocess
from pathlib import Path

TIMEOUT_S = 300.0  # for one answer; the slowest, a model's first run, takes a few seconds
ONE_THREAD = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "XNNPACK_NUM_THREADS"]


class EngineError(Exception):
    """What an engine said was wrong, or how it ended."""


class Engine:
    """A running worker."""

    def __init__(self, name: str, command: list[str], core: int, environment: dict[str, str],
                 log: Path) -> None:
        self.name, self.log, self.environment = name, log, environment
        variables = {key: value for key, value in os.environ.items()
                     if not key.startswith(("PYTHON", "PEERS_", "UMWELT_"))}
        variables |= {variable: "1" for variable in ONE_THREAD} | environment
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                ["taskset", "--cpu-list", str(core), *command], bufsize=0, env=variables,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)

    def ask(self, *words: object) -> dict:
        """One request and its answer. EngineError where there is none."""
        try:
            self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        except BrokenPipeError:
            raise EngineError(self._end()) from None
        ready, _, _ = select.select([self.process.stdout], [], [], TIMEOUT_S)
        if not ready:
            self.process.kill()
            raise EngineError(f"no answer to '{words[0]}' in {TIMEOUT_S:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            raise EngineError(self._end())
        try:
            answer = json.loads(line)
        except ValueError:
            raise EngineError(f"answered '{words[0]}' with {line[:80]!r}") from None
        if "error" in answer:
            raise EngineError(str(answer["error"]))
        return answer

    def check(self, answer: dict) -> None:
        """EngineError where the answer to `load` shows that the engine leaves its tier."""
        if "HIDE_ISA_TIER" in self.environment and not answer.get("cpuid_answers"):
            raise EngineError("its CPUID was not hidden")
        wanted = self.environment.get("UMWELT_ISA")
        if wanted and answer.get("isa", wanted) != wanted:
            raise EngineError(f"it runs {answer['isa']}, not {wanted}")

    def peak_memory_mb(self) -> float:
        """Largest resident set so far: VmHWM."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def _end(self) -> str:
        code = self.process.wait()
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return f"ended with {code}: {lines[-1] if lines else 'it said nothing'}"

    def close(self) -> None:
        """Ends the worker; harmless when it has ended."""
        try:
            self.process.stdin.write(b"quit\n")
        except BrokenPipeError:
            pass  # it has ended already
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
