# SPDX-License-Identifier: Apache-2.0
"""Types on one line of a running robot while others flood it and one never reads.

    python3 tools/console/flood.py /run/umwelt/console

Tells how long keys take to be echoed, and how many ticks were missed meanwhile.
"""

import os
import select
import socket
import sys
import threading
import time

from umwelt_console import Console

KEYS = 200
FLOODS = {"commands": b"get safety.ramp\r" * 256, "noise": b"x" * 4096}


def connect(path):
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.connect(path)
    line.setblocking(False)
    return line


def status(path):
    with Console.socket(path) as robot:
        return robot.do("status")


def typing(path):
    """Sorted times from a key to its echo, s."""
    line = connect(path)
    time.sleep(0.3)
    line.recv(65536)
    times = []
    for index in range(KEYS):
        time.sleep(0.03)  # faster would be a paste
        begin = time.perf_counter()
        line.send(b"\x15" if index % 40 == 39 else b"abcdefghij"[index % 10:index % 10 + 1])
        select.select([line], [], [], 1)
        line.recv(65536)
        times.append(time.perf_counter() - begin)
    line.close()
    return sorted(times)


def flood(path, block, is_over, sent):
    line = connect(path)
    while not is_over.is_set():
        for act in (lambda: sent.append(line.send(block)), lambda: line.recv(1 << 20)):
            try:
                act()
            except BlockingIOError:
                pass
        time.sleep(0.003)
    line.close()


def measure(name, path):
    before = status(path)
    times = typing(path)
    after = status(path)
    print(f"{name}: {after['state']}, keys p50 {times[KEYS // 2] * 1e3:.2f} ms, "
          f"p99 {times[KEYS * 99 // 100] * 1e3:.2f} ms; {after['ticks'] - before['ticks']} ticks, "
          f"{after['missed'] - before['missed']} missed")


def main(path):
    measure("quiet", path)
    stalled = connect(path)
    try:
        for _ in range(2000):
            stalled.send(b"get\r")
    except BlockingIOError:
        pass  # it never reads: nothing goes any more
    for name, block in FLOODS.items():
        is_over, sent, begin = threading.Event(), [], time.monotonic()
        thread = threading.Thread(target=flood, args=(path, block, is_over, sent))
        thread.start()
        measure(name, path)
        is_over.set()
        thread.join()
        print(f"  {sum(sent) / (time.monotonic() - begin) / 1e6:.2f} MB/s")
    stalled.close()


if __name__ == "__main__":
    main(os.fspath(sys.argv[1]))
