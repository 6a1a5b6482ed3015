# SPDX-License-Identifier: Apache-2.0
"""What stops an export: said in one line, without a traceback, with exit code 2."""


class Problem(Exception):
    """Where, what is wrong there, and what to do next."""

    def __init__(self, where, what, then):
        super().__init__(f"{where}: {what}; {then}")


def some(names, most=8):
    """A list of names that stays readable: the first of them, and how many more."""
    names = sorted(names)
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
