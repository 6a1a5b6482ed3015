# SPDX-License-Identifier: Apache-2.0
"""Instruction set tiers: what every engine of a run may use, and what this machine has."""
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Tier:
    """One tier. `isa` is our engine's name for it, `peak` the figure of native/peak.c."""

    name: str
    isa: str
    needs: frozenset[str]  # flags of /proc/cpuinfo
    hides: frozenset[str]  # some flags above the tier: with one of them CPUID has to be hidden
    peak: str


AVX512 = frozenset({"avx512f", "avx512vl", "avx512_vnni"})
AMX = frozenset({"amx_tile"})
TIERS = {tier.name: tier for tier in [
    Tier("avx512vnni", "avx512vnni", AVX512, AMX, "vnni512"),
    Tier("avx2vnni", "avxvnni", frozenset({"avx2", "fma", "avx_vnni"}), AMX | AVX512, "vnni256"),
    Tier("avx2", "avx2", frozenset({"avx2", "fma"}), AMX | AVX512 | {"avx_vnni"}, "maddubs256"),
]}


@cache
def cpuinfo() -> dict[str, str]:
    """The first processor of /proc/cpuinfo."""
    with open("/proc/cpuinfo", encoding="ascii") as file:
        lines = file.read().split("\n\n")[0].splitlines()
    pairs = (line.partition(":") for line in lines)
    return {key.strip(): value.strip() for key, _, value in pairs}


def flags() -> frozenset[str]:
    """Instruction sets of this machine; none where it is no x86."""
    return frozenset(cpuinfo().get("flags", "").split())


def available() -> list[str]:
    """Tiers that this machine can run, the highest first."""
    return [tier.name for tier in TIERS.values() if tier.needs <= flags()]


def must_hide(tier: Tier) -> bool:
    """Whether this machine has more than the tier, so that the peers would use it."""
    return bool(tier.hides & flags())
