# SPDX-License-Identifier: Apache-2.0
"""Talks to the console of a running robot in frames. Standard library only.

    from umwelt_console import Console

    with Console.socket("/run/umwelt/console") as robot:  # or .serial("/dev/ttyUSB0", 115200)
        print(robot.do("status")["state"])
        robot.do("set safety.ramp 0.5 s")
        for event in robot.listen("imu", seconds=2):
            print(event["t"], event["gyro.z"])

A command that is not done raises `Refused`, with its code, what is wrong and what to do.
`python3 umwelt_console.py --socket PATH status "get safety.ramp"` does the same from a shell.
The protocol is on one page: README.md, "The console for programs".
"""

import argparse
import json
import os
import select
import socket
import sys
import termios
import time

VERSION = 1


class Refused(Exception):
    """The robot said no."""

    def __init__(self, error):
        super().__init__(f"{error['what']} {error['fix']}")
        self.code, self.what, self.fix = error["code"], error["what"], error["fix"]


class Silent(Exception):
    """No answer came in time."""


def crc16(data):
    """CRC-16/IBM-3740: crc16(b"123456789") == 0x29B1."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value


def encode(sequence, message):
    """One frame, with its line end."""
    body = json.dumps(message).encode("ascii")
    number = b"%04X" % (sequence & 0xFFFF)
    return b"#%04X %s %04X %s\n" % (len(body), number, crc16(number + body), body)


def decode(line):
    """What a line carries; None for one that is no frame, or a damaged one."""
    start = line.rfind(b"#", 0, line.find(b"{") if b"{" in line else len(line))
    words = line[start:].split(b" ", 3) if start >= 0 else []
    if len(words) != 4:
        return None
    try:
        length, check = int(words[0][1:], 16), int(words[2], 16)
        if length != len(words[3]) or check != crc16(words[1] + words[3]):
            return None
        return json.loads(words[3])
    except ValueError:
        return None


class Console:
    """One line to a robot."""

    def __init__(self, file, timeout=5.0):
        """`file`: a descriptor that is read and written."""
        self.file, self.timeout = file, timeout
        self.sequence = self.number = 0
        self.heard = b""
        self.events = []
        self._write(b"\r#json\r")
        hello = self._wait(lambda message: message.get("event") == "hello", timeout)
        if hello["version"] != VERSION:
            raise Refused({"code": "version", "what": f"it speaks version {hello['version']}.",
                           "fix": "Take the client that came with it."})
        self.board = hello["board"]

    @classmethod
    def socket(cls, path, timeout=5.0):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.connect(path)
        return cls(line.detach(), timeout)

    @classmethod
    def serial(cls, path, baud=115200, timeout=5.0):
        file = os.open(path, os.O_RDWR | os.O_NOCTTY)
        settings = termios.tcgetattr(file)
        settings[0] = settings[1] = settings[3] = 0
        settings[2] = termios.CS8 | termios.CREAD | termios.CLOCAL
        settings[4] = settings[5] = getattr(termios, f"B{baud}")
        termios.tcsetattr(file, termios.TCSANOW, settings)
        return cls(file, timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self._write(b"#text\n")
        finally:
            os.close(self.file)

    def do(self, command):
        """Gives a command; what it answers."""
        self.number += 1
        self.sequence += 1
        number = self.number
        self._write(encode(self.sequence, {"id": number, "do": command}))
        answer = self._wait(lambda message: message.get("id") == number, self.timeout)
        if not answer["ok"]:
            raise Refused(answer["error"])
        return answer["result"]

    def stop(self):
        """Stops the robot: one byte, whatever else is on the line."""
        self._write(b"\x18")

    def listen(self, *names, rate=10, seconds=None):
        """Yields values of topics and signals as they come."""
        self.do(f"listen {' '.join(names)} -r {rate}")
        end = None if seconds is None else time.monotonic() + seconds
        try:
            while end is None or time.monotonic() < end:
                yield self._wait(lambda message: message.get("event") == "live",
                                 self.timeout)["data"]
        finally:
            self.do("version")  # any command ends it

    def _write(self, data):
        while data:
            data = data[os.write(self.file, data):]

    def _wait(self, is_wanted, timeout):
        end = time.monotonic() + timeout
        while True:
            while b"\n" in self.heard:
                line, self.heard = self.heard.split(b"\n", 1)
                message = decode(line.rstrip(b"\r"))
                if message is not None and is_wanted(message):
                    return message
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.file], [], [], left)[0]:
                raise Silent("no answer: is that the robot's line, and does it run?")
            data = os.read(self.file, 65536)
            if not data:
                raise Silent("the line was closed")
            self.heard += data


def main():
    parser = argparse.ArgumentParser(description="Commands for a running robot.")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--socket", help="the socket that the robot serves")
    place.add_argument("--port", help="a serial port")
    parser.add_argument("--baud", type=int, default=115200)
    parser.add_argument("commands", nargs="+")
    options = parser.parse_args()
    code = 0
    try:
        line = (Console.socket(options.socket) if options.socket
                else Console.serial(options.port, options.baud))
        with line as robot:
            for command in options.commands:
                try:
                    print(json.dumps(robot.do(command)))
                except Refused as error:
                    print(f"{command}: {error}", file=sys.stderr)
                    code = 1
    except (OSError, Silent) as error:
        print(f"umwelt_console: {error}", file=sys.stderr)
        code = 3
    return code


if __name__ == "__main__":
    sys.exit(main())
