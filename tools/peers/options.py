# SPDX-License-Identifier: Apache-2.0
"""The options of tools/bench. Run as a program, with nothing installed, it checks them and prints
what has to be there: main, litert, convert (environments), hidden (CPUID copies), umwelt."""
import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import tiers
import workloads

OURS = "umwelt"
PEERS = ["litert-int8", "onnxruntime-int8", "ncnn-int8", "torch-int8",
         "litert-fp32", "onnxruntime-fp32", "ncnn-fp32", "torch-fp32"]
DEFAULT_PEERS = [*PEERS[:4], "torch-fp32"]


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    tier: tiers.Tier
    workloads: list[str]
    peers: list[str]
    umwelt: bool
    rounds: int
    seed: int
    core: int | None
    json: Path | None
    plot: Path | None

    def needs(self) -> list[str]:
        """What tools/bench has to prepare."""
        has_litert = any(peer.startswith("litert") for peer in self.peers)
        wanted = {"main": True, "litert": has_litert, "convert": has_litert,
                  "hidden": bool(self.peers) and tiers.must_hide(self.tier), OURS: self.umwelt}
        return [name for name, is_wanted in wanted.items() if is_wanted]


class Parser(argparse.ArgumentParser):
    """Errors as the other tools write them; exit code 2."""

    def error(self, message: str) -> NoReturn:
        print(f"tools/bench: {message} (see --help)", file=sys.stderr)
        raise SystemExit(2)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2 ** 63:
        raise argparse.ArgumentTypeError(f"'{text}' is no seed: 0 to 2^63-1")
    return int(text)


def parse(arguments: list[str]) -> Options:
    """The options, or exit code 2 with what is wrong with them."""
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--tier")
    parser.add_argument("--workloads", type=_names, default=["W1", "W2", "W3", "W4", "W5"])
    parser.add_argument("--peers", type=_names)
    parser.add_argument("--without-umwelt", action="store_true")
    parser.add_argument("--rounds", type=_positive, default=9)
    parser.add_argument("--seed", type=_seed, default=1)
    parser.add_argument("--core", type=int)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args(arguments)
    if given.core is not None and given.core not in os.sched_getaffinity(0):
        parser.error(f"--core {given.core}: this process may use {sorted(os.sched_getaffinity(0))}")
    for file in filter(None, [given.json, given.plot]):
        if not file.parent.is_dir():
            parser.error(f"there is no folder {file.parent} for {file.name}")
    if given.plot and given.plot.suffix not in (".png", ".svg", ".pdf"):
        parser.error(f"--plot {given.plot}: the name must end in .png, .svg or .pdf")
    peers = _peers(parser, DEFAULT_PEERS if given.peers is None else given.peers)
    if given.without_umwelt and not peers:
        parser.error("no engine is left to measure")
    return Options(_tier(parser, given.tier), _workloads(parser, given.workloads), peers,
                   not given.without_umwelt, given.rounds, given.seed, given.core, given.json,
                   given.plot)


def _tier(parser: Parser, name: str | None) -> tiers.Tier:
    """The tier of that name, or the machine's highest."""
    if name is not None and name not in tiers.TIERS:
        parser.error(f"there is no tier '{name}': {', '.join(tiers.TIERS)}")
    here = tiers.available()
    if not here:
        parser.error("the tiers are x86's, and this processor has none of them")
    if name is not None and name not in here:
        parser.error(f"this processor has no {name}: {', '.join(here)}")
    return tiers.TIERS[name or here[0]]


def _workloads(parser: Parser, names: list[str]) -> list[str]:
    try:
        found = workloads.expand(names)
    except KeyError as error:
        parser.error(f"there is no workload {error}: W1 to W5, or {', '.join(workloads.WORKLOADS)}")
    if not found:
        parser.error("--workloads is empty")
    return found


def _peers(parser: Parser, names: list[str]) -> list[str]:
    for name in names:
        if name not in PEERS:
            parser.error(f"there is no peer '{name}': {', '.join(PEERS)}")
    return list(dict.fromkeys(names))


if __name__ == "__main__":
    print(*parse(sys.argv[1:]).needs())
