# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/bench that take seconds:  python3 tools/peers/tests.py

They need python3 alone; those of CPUID also a C compiler, and capstone (the environment `main`).
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from importlib.util import find_spec
from pathlib import Path

from engine import Engine, EngineError
from options import DEFAULT_PEERS, parse
from tiers import TIERS, available
from workloads import WORKLOADS, expand

HERE = Path(__file__).parent
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

LIBRARY = """
unsigned features(void) {
  unsigned a = 7, b, c = 0, d;
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return b;
}
unsigned number(void) { return 0x0000a20f; }  /* CPUID's bytes in a constant */
"""
TRAPPING = """
#include <stdio.h>
int main(void) {
  unsigned a = 7, b, c = 0, d;
  __asm__ volatile(".byte 0x27, 0xa2" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  printf("%u %u", b >> 16 & 1, b >> 5 & 1);  /* AVX512F, AVX2 */
}
"""
WORKER = """
import sys
for line in sys.stdin:
    word = line.split()[0]
    if word == "die": sys.exit("it hurts")
    if word == "quit": break
    print({"load": '{"isa": "avx2"}', "bad": "so what", "no": '{"error": "will not"}'}[word],
          flush=True)
"""


class Program(unittest.TestCase):
    """tools/bench as its users start it, with an empty cache."""

    def bench(self, *arguments: str) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as cache:
            done = subprocess.run(
                [str(HERE.parent / "bench"), *arguments], capture_output=True, text=True,
                env={"PATH": os.environ["PATH"], "HOME": cache, "XDG_CACHE_HOME": cache})
            self.assertEqual(os.listdir(cache), [], "something was installed or built")
        return done

    def test_help_installs_nothing(self) -> None:
        done = self.bench("--rounds", "3", "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for name in [*TIERS, "W5", "--json", "--without-umwelt"]:
            self.assertIn(name, done.stdout)

    def test_bad_usage_is_said_and_ends_with_2(self) -> None:
        for arguments, words in [
            (["--tier", "avx9"], "there is no tier 'avx9': avx512vnni, avx2vnni, avx2"),
            (["--workloads", "W2,W9"], "there is no workload 'W9'"),
            (["--peers", "tensorrt"], "there is no peer 'tensorrt'"),
            (["--rounds", "0"], "'0' is not a whole number above 0"),
            (["--json", "/nowhere/x.json"], "there is no folder /nowhere"),
            (["--plot", "x.txt"], "must end in .png"),
            (["--peers", "", "--without-umwelt"], "no engine is left"),
        ]:
            with self.subTest(arguments):
                done = self.bench(*arguments)
                self.assertEqual(done.returncode, 2)
                self.assertIn("tools/bench: ", done.stderr)
                if available() or arguments[0] == "--tier":
                    self.assertIn(words, done.stderr)


class Choices(unittest.TestCase):
    """Options and workloads."""

    @unittest.skipUnless(available(), "no tier here")
    def test_defaults_are_the_highest_tier_and_all_workloads(self) -> None:
        options = parse([])
        self.assertEqual(options.tier.name, available()[0])
        self.assertEqual((options.workloads, options.peers), (list(WORKLOADS), DEFAULT_PEERS))
        self.assertEqual(parse(["--peers", ""]).needs(), ["main", "umwelt"])

    def test_w1_is_all_its_layers_once(self) -> None:
        names = expand(["W1", "W1_1x192x768", "W4"])
        self.assertEqual((len(names), names[-1]), (8, "W4"))

    def test_work_is_what_was_published(self) -> None:
        # Billions of multiply-accumulates in the table of peers that set the yardstick.
        for name, macs in {"W2": 0.1847, "W3": 1.6976, "W4": 1.0066, "W5": 48.6052}.items():
            self.assertAlmostEqual(WORKLOADS[name].macs / 1e9, macs, places=4)


class Workers(unittest.TestCase):
    """A worker that misbehaves becomes a row, not a crash."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        core = max(os.sched_getaffinity(0))
        self.engine = Engine("fake", [sys.executable, "-c", WORKER], core,
                             {"UMWELT_ISA": "avxvnni"}, Path(folder.name) / "log")
        self.addCleanup(self.engine.close)

    def test_an_error_is_passed_on(self) -> None:
        with self.assertRaisesRegex(EngineError, "will not"):
            self.engine.ask("no")

    def test_an_answer_that_is_no_json_is_shown(self) -> None:
        with self.assertRaisesRegex(EngineError, "so what"):
            self.engine.ask("bad")

    def test_its_last_words_are_shown(self) -> None:
        for _ in range(2):
            with self.assertRaisesRegex(EngineError, "ended with 1: it hurts"):
                self.engine.ask("die")

    def test_another_instruction_set_than_the_tiers_is_refused(self) -> None:
        with self.assertRaisesRegex(EngineError, "runs avx2, not avxvnni"):
            self.engine.check(self.engine.ask("load"))

    def test_a_processor_that_is_not_hidden_is_refused(self) -> None:
        self.engine.environment["HIDE_ISA_TIER"] = "avx2"
        with self.assertRaisesRegex(EngineError, "not hidden"):
            self.engine.check({"cpuid_answers": 0})


@unittest.skipUnless(COMPILER and available(), "needs a C compiler and an x86 with AVX2")
class Hiding(unittest.TestCase):
    """The pair of hide_cpuid.py and hide_isa.c."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, name: str, source: str | Path, *flags: str) -> Path:
        file, target = self.folder / f"{name}.c", self.folder / name
        file.write_text(source.read_text() if isinstance(source, Path) else source)
        subprocess.run([COMPILER, "-O1", *flags, str(file), "-o", str(target)], check=True)
        return target

    def test_a_trapped_cpuid_tells_the_tier(self) -> None:
        library = self.compile("hide.so", HERE / "native/hide_isa.c", "-shared", "-fPIC")
        program = self.compile("program", TRAPPING)
        for tier, answer in [("avx2", "0 1"), ("avx2vnni", "0 1")]:
            done = subprocess.run([str(program)], capture_output=True, text=True,
                                  env={"LD_PRELOAD": str(library), "HIDE_ISA_TIER": tier})
            self.assertEqual((done.returncode, done.stdout), (0, answer))
        self.assertLess(subprocess.run([str(program)]).returncode, 0, "it ran without the library")

    @unittest.skipUnless(find_spec("capstone"), "no capstone here")
    def test_only_instructions_are_replaced(self) -> None:
        from hide_cpuid import CPUID, TRAP, sites

        data = self.compile("library.so", LIBRARY, "-shared", "-fPIC").read_bytes()
        found = sites(data)
        self.assertEqual(len(found), 1)
        self.assertEqual(data[found[0]:found[0] + len(TRAP)], CPUID)
        self.assertGreater(data.count(CPUID), 1, "the constant is not there to be mistaken")


if __name__ == "__main__":
    unittest.main()
