# SPDX-License-Identifier: Apache-2.0
"""Copies an environment so that the CPUID instructions of its libraries trap into hide_isa.so.

    hide_cpuid.py SOURCE TARGET        two folders; unchanged files of the copy are hard links
"""
import os
import shutil
import struct
import sys
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

import capstone

CPUID, TRAP = b"\x0f\xa2", b"\x27\xa2"  # hide_isa.c says why this trap
LOADED, EXCEPTION_FRAMES, EXECUTABLE = 1, 0x6474E550, 1  # PT_LOAD, PT_GNU_EH_FRAME, PF_X
SIGNED_4, DATA_RELATIVE = 0x0B, 0x30  # DW_EH_PE_sdata4, DW_EH_PE_datarel
X86_64 = 62  # e_machine
SWEEP = range(16, 48)  # bytes before a candidate at which decoding starts where no frame tells


class Library:
    """An ELF file: its executable parts and where its functions start."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        offset, = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        headers = [struct.unpack_from("<IIQQQQ", data, offset + i * size) for i in range(count)]
        # Of each loaded part: address, offset in the file, bytes, whether it is code.
        self.parts = [(address, start, length, bool(flags & EXECUTABLE))
                      for kind, flags, start, address, _, length in headers if kind == LOADED]
        frames = [(start, address) for kind, _, start, address, _, _ in headers
                  if kind == EXCEPTION_FRAMES]
        self.functions = sorted(self._functions(*frames[0])) if frames else []

    def _functions(self, start: int, address: int) -> Iterator[int]:
        """File offsets of functions: the binary search table of .eh_frame_hdr (LSB core 5.0)."""
        _, pointer, count, table = self.data[start:start + 4]
        if table != SIGNED_4 | DATA_RELATIVE or count != 3 or pointer & 0x0F != SIGNED_4:
            return
        rows, = struct.unpack_from("<I", self.data, start + 8)
        for row in range(rows):
            place, = struct.unpack_from("<i", self.data, start + 12 + 8 * row)
            for part, offset, length, code in self.parts:
                if code and part <= address + place < part + length:
                    yield address + place - part + offset

    def candidates(self) -> Iterator[int]:
        """File offsets of the two bytes of CPUID in code, instructions or not."""
        for _, offset, length, code in self.parts:
            at = self.data.find(CPUID, offset, offset + length) if code else -1
            while at >= 0:
                yield at
                at = self.data.find(CPUID, at + 1, offset + length)


def is_instruction(library: Library, at: int, decoder: capstone.Cs) -> bool:
    """Whether decoding reaches `at`: from the function's start, or from most places before it."""
    index = bisect_right(library.functions, at) - 1
    if index >= 0 and reaches(library.data, library.functions[index], at, decoder):
        return True
    votes = [reaches(library.data, at - back, at, decoder) for back in SWEEP]
    return sum(votes) * 4 > len(votes) * 3


def reaches(data: bytes, start: int, at: int, decoder: capstone.Cs) -> bool:
    """Whether an instruction begins at `at` when decoding begins at `start`."""
    place = start
    for place, size, name, _ in decoder.disasm_lite(data[start:at + 2], start):
        if place == at:
            return name == "cpuid"
    return False


def sites(data: bytes) -> list[int]:
    """File offsets of the CPUID instructions of a library."""
    is_library = data[:5] == b"\x7fELF\x02" and data[18:20] == struct.pack("<H", X86_64)
    if not is_library or CPUID not in data:
        return []
    library, decoder = Library(data), capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
    return [at for at in library.candidates() if is_instruction(library, at, decoder)]


def copy_or_link(source: str, target: str) -> str:
    """A patched copy of a library with CPUID in it, else a hard link (or a copy across disks)."""
    if ".so" in Path(source).name and not os.path.islink(source):
        data = bytearray(Path(source).read_bytes())
        found = sites(bytes(data))
        if found:
            for at in found:
                data[at:at + len(TRAP)] = TRAP
            Path(target).write_bytes(data)
            shutil.copymode(source, target)
            print(f"{Path(source).name}: {len(found)} CPUID")
            return target
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


if __name__ == "__main__":
    shutil.copytree(sys.argv[1], sys.argv[2], symlinks=True, copy_function=copy_or_link)
