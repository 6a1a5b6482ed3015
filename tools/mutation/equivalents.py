# SPDX-License-Identifier: Apache-2.0
"""The list of mutants that no test can tell from the original, each with its reason.

Three lines and a blank one; a line of the source without its indentation, and the change as the
report writes it:

    Sources/Safety/Gate.swift: rampLeft = min(rampLeft, 1 - elapsedS / limits.rampS)
    min to max
    because ...
"""


class BadList(Exception):
    pass


def read(path):
    """The reasons by mutant: (file, line, change)."""
    reasons = {}
    blocks = [block for block in path.read_text().split("\n\n") if block.strip()]
    for block in blocks:
        lines = [line.strip() for line in block.strip().split("\n")]
        if all(line.startswith("#") for line in lines):
            continue
        lines = [line for line in lines if not line.startswith("#")]
        if len(lines) < 3 or ": " not in lines[0]:
            raise BadList(f"{path}: a block is not a place, a change and a reason: {lines[:1]}")
        file, text = lines[0].split(": ", 1)
        reasons[(file, text, lines[1])] = " ".join(lines[2:])
    return reasons
