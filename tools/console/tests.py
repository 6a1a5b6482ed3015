# SPDX-License-Identifier: Apache-2.0
"""Drives the console of a simulated robot over a socket, a pseudo-terminal and tmux.

    python3 tools/console/tests.py UMWELT      # the built binary
"""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from umwelt_console import Console, Refused, crc16, decode, encode

UMWELT = "umwelt"
SECONDS = 20


class Robot:
    """`umwelt run --console` on a socket and on a pseudo-terminal."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="umwelt-console-")
        self.socket = f"{self.folder}/socket"
        self.master, slave = pty.openpty()
        self.tty = os.ttyname(slave)
        self.log = open(f"{self.folder}/log", "wb")
        self.process = subprocess.Popen(
            [UMWELT, "run", "--board", "sim-rover", "--planner", "noop", "--state", self.folder,
             "--console", self.socket, "--console", self.tty, "--json"],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        os.close(slave)
        end = time.monotonic() + SECONDS
        while not os.path.exists(self.socket):
            if self.process.poll() is not None or time.monotonic() > end:
                with open(f"{self.folder}/log") as log:
                    raise RuntimeError(f"the robot did not start: {log.read()}")
            time.sleep(0.05)
        # The console is there a moment before the loop's first tick.
        with Console.socket(self.socket) as robot:
            while robot.do("status")["state"] == "booting" and time.monotonic() < end:
                time.sleep(0.01)

    def close(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(SECONDS)
        self.log.close()
        os.close(self.master)
        shutil.rmtree(self.folder)


class Screen:
    """What comes from a file descriptor, and what is typed into it."""

    def __init__(self, file):
        self.file, self.heard = file, b""

    def type(self, text):
        os.write(self.file, text.encode())

    def expect(self, text, seconds=SECONDS):
        """All up to a text."""
        end = time.monotonic() + seconds
        while text.encode() not in self.heard:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.file], [], [], left)[0]:
                raise AssertionError(f"{text!r} did not come, but: {self.heard!r}")
            self.heard += os.read(self.file, 65536)
        before, self.heard = self.heard.split(text.encode(), 1)
        return before.decode(errors="replace")


class ConsoleTests(unittest.TestCase):
    def setUp(self):
        self.robot = Robot()
        self.addCleanup(self.robot.close)

    def test_programs_ask_and_are_answered(self):
        with Console.socket(self.robot.socket) as robot:
            self.assertEqual(robot.board, "sim-rover")
            self.assertEqual(robot.do("status")["state"], "disarmed")
            robot.do("arm")
            self.assertEqual(robot.do("status")["state"], "armed")
            with self.assertRaises(Refused) as refused:
                robot.do("set safety.ramp 1 s")
            self.assertEqual(refused.exception.code, "armed")
            self.assertEqual(refused.exception.fix, "Disarm first.")
            events = list(robot.listen("imu", rate=20, seconds=1))
            self.assertGreater(len(events), 10)
            self.assertIn("gyro.z", events[0])
            robot.stop()
            time.sleep(0.2)
            self.assertEqual(robot.do("status")["reason"], "operatorStop")

    def test_a_mind_without_a_model_takes_no_goal(self):
        with Console.socket(self.robot.socket) as robot:
            self.assertEqual(robot.do("goal"), [])
            with self.assertRaises(Refused):
                robot.do("goal capture door")

    def test_what_is_saved_is_there_at_the_next_start(self):
        with Console.socket(self.robot.socket) as robot:
            robot.do("set safety.ramp 700 ms")
            robot.do("save")
        out = subprocess.run(
            [UMWELT, "board", "parameters", "sim-rover", "--state", self.robot.folder, "--json"],
            capture_output=True, check=True).stdout
        values = {p["name"]: p for p in json.loads(out)["parameters"]}
        self.assertEqual(values["safety.ramp"]["value"], "0.7 s")
        self.assertEqual(values["safety.ramp"]["from"], "set")

    def test_the_command_line_gives_json(self):
        done = subprocess.run(
            [UMWELT, "console", "--socket", self.robot.socket, "--json"],
            input=b"version\nfly\n", capture_output=True, timeout=SECONDS)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([answer["ok"] for answer in answers], [True, False])
        self.assertEqual(done.returncode, 1)

    def test_a_serial_line_is_a_terminal(self):
        screen = Screen(self.robot.master)
        screen.expect("umwelt> ")
        screen.type("stat\t\r")
        screen.expect("disarmed: the outputs are off")
        screen.type("set safety.ra?")
        screen.expect("How long a stop from full power takes.")
        screen.type("\x15arm\r")
        screen.expect("armed. Ctrl-X stops it.")
        screen.type("\x18")
        screen.expect("stopped: operatorStop")

    def test_a_dump_goes_round_over_a_serial_line(self):
        screen = Screen(self.robot.master)
        screen.expect("umwelt> ")
        screen.type("set safety.ramp 1 s\r")
        screen.expect("(was 0.3 s).")
        screen.expect("umwelt> ")
        screen.type("dump\r")
        lines = [line for line in screen.expect("\r\numwelt> ").split("\r\n") if " *" in line]
        self.assertGreater(len(lines), 150)
        screen.type("rollback\r")
        screen.expect("taken back.")
        for line in lines:
            screen.type(line + "\r")
        screen.expect("1 value holds now.")
        screen.type("abort\r")
        screen.expect("taken back (")

    def test_the_client_is_a_terminal_and_leaves_it_as_it_was(self):
        child, file = pty.fork()
        if child == 0:
            os.execv(UMWELT, [UMWELT, "console", "--socket", self.robot.socket])
        screen = Screen(file)
        screen.expect("umwelt> ")
        screen.type("version\r")
        screen.expect("umwelt unreleased on sim-rover")
        screen.type("\x1d")
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        os.close(file)

    @unittest.skipUnless(shutil.which("tmux"), "there is no tmux")
    def test_tmux_shows_it_after_a_resize_too(self):
        server = ["tmux", "-L", f"umwelt-{os.getpid()}", "-f", "/dev/null"]
        subprocess.run(
            server + ["new-session", "-d", "-x", "60", "-y", "20", "-s", "s",
                      f"{UMWELT} console --socket {self.robot.socket}"], check=True)
        self.addCleanup(subprocess.run, server + ["kill-server"], capture_output=True)

        def shows(text):
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                pane = subprocess.run(server + ["capture-pane", "-p", "-t", "s"],
                                      capture_output=True, check=True).stdout.decode()
                if text in pane:
                    return pane
                time.sleep(0.1)
            raise AssertionError(f"{text!r} is not on the screen:\n{pane}")

        def keys(*names):
            subprocess.run(server + ["send-keys", "-t", "s", *names], check=True)

        shows("umwelt>")
        keys("get safety.ra", "Tab", "Enter")
        shows("safety.ramp = 0.3 s")
        keys("x" * 70)
        shows("<" + "x" * 45)
        subprocess.run(server + ["resize-window", "-t", "s", "-x", "100", "-y", "20"], check=True)
        shows("umwelt> " + "x" * 70)
        keys("C-u")
        keys("plot gyro.z", "Enter")
        shows("any key ends this")
        keys("q")
        keys("C-x")
        shows("stop.")


class FrameTests(unittest.TestCase):
    def test_a_frame_is_its_bytes_and_back(self):
        message = {"id": 1, "do": 'get "ä"'}
        self.assertEqual(crc16(b"123456789"), 0x29B1)
        self.assertEqual(decode(encode(7, message)[:-1]), message)
        self.assertIsNone(decode(encode(7, message)[:-1].replace(b"get", b"set")))
        self.assertIsNone(decode(b"umwelt> status"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        UMWELT = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
