# SPDX-License-Identifier: Apache-2.0
"""One line of progress: redrawn on a terminal, a plain line now and then elsewhere."""
import sys
import time

WIDTH = 24
PLAIN_PERIOD_S = 30


class Progress:
    """Shows how far a task is, 0...1, and what it last said."""

    def __init__(self, title):
        self.title, self.began = title, time.monotonic()
        self.tty = sys.stderr.isatty()
        self.shown = -1e9

    def update(self, fraction, text="", last=False):
        now = time.monotonic()
        if not last and now - self.shown < (0.2 if self.tty else PLAIN_PERIOD_S):
            return
        self.shown = now
        spent = now - self.began
        left = f"{spent / fraction - spent:4.0f} s left" if 0 < fraction < 1 else f"{spent:4.0f} s"
        full = round(WIDTH * min(fraction, 1))
        bar = "#" * full + "." * (WIDTH - full)
        line = f"{self.title:9} [{bar}] {100 * min(fraction, 1):3.0f} %  {left}  {text}"
        print(f"\r{line}\x1b[K" if self.tty else line, end="" if self.tty and not last else "\n",
              file=sys.stderr, flush=True)
