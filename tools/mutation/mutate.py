# SPDX-License-Identifier: Apache-2.0
"""Changes the sources in every small way and asks the tests whether they notice.

See tools/mutate. The method is that of mutant schemata (Untch, Offutt, Harrold: Mutation analysis
using mutant schemata, ISSTA 1993): all mutants are in one build, and each run has one of them.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import equivalents
import report
from choices import enum_cases
from package import BuildFailure, MutantPackage
from sites import Finder
from source import Source

# A mutant that keeps a test busy for so much longer than the original is stopped: it is noticed.
PATIENCE, SLACK_S = 10, 5
# A mutant must not take the computer's memory (KiB), nor leave its own on the disk.
RESTRICTED = 'ulimit -v 8388608; ulimit -c 0; exec "$0" --testing-library swift-testing "$@"'


# What is mutated where no file is named: files or folders, and the tests that must notice.
PARTS = [
    (["Sources/Safety"], "SafetyTests"),
    # Of the guard what decides; GuardProcess is system calls, which GuardTests runs as a process.
    ([f"Sources/Guard/{name}.swift"
      for name in ("ByteText", "GuardArguments", "GuardLoop", "GuardOutputs", "GuardRecordFile")],
     "GuardLogicTests"),
]


def arguments():
    parser = argparse.ArgumentParser(prog="tools/mutate", description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="Swift files; Safety and the guard if none")
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--cache", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--tests", default="", help="test targets, by comma")
    parser.add_argument("--jobs", type=int, default=2, help="runs at the same time")
    parser.add_argument("--last", default="Sweep|RateLimiter|neverPasses",
                        help="slow tests: only for mutants that the others let live (regex)")
    parser.add_argument("--threshold", type=float, default=95, help="least score, in percent")
    parser.add_argument("--only", default="", help="mutants whose change or line has this text")
    parser.add_argument("--list", action="store_true", help="list the mutants and run none")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser.parse_args()


def chosen_parts(root, names, tests):
    """Files and the test targets that judge them."""
    if not names:
        return [(swift_files(root, paths), tests or usual) for paths, usual in PARTS]
    parts = {}
    for file in swift_files(root, names):
        usual = next((judge for paths, judge in PARTS if any(
            file == path or file.startswith(path + "/") for path in paths)), "")
        if not (tests or usual):
            raise BuildFailure(f"name the tests that judge {file}: --tests TARGET")
        parts.setdefault(tests or usual, []).append(file)
    return [(files, judge) for judge, files in parts.items()]


def swift_files(root, names):
    files = []
    for name in names:
        path = Path(name) if Path(name).is_absolute() else root / name
        if path.is_dir():
            files += sorted(str(p.relative_to(root)) for p in path.rglob("*.swift"))
            continue
        if not path.is_file():
            raise BuildFailure(f"there is no file {name}; give paths such as Sources/Safety/Gate.swift")
        files.append(str(path.resolve().relative_to(root.resolve())))
    return files


def find(sources, wanted):
    """All sites, their mutants numbered from 0 and told their module."""
    cases = enum_cases(sources.values())
    sites, count = [], 0
    for path, source in sources.items():
        for site in Finder(source, cases).find():
            if wanted and not any(wanted in m.change or wanted in m.text for m in site.mutants):
                continue
            for mutant in site.mutants:
                mutant.id, mutant.module = count, path.split("/")[1]
                mutant.fate, mutant.reason, mutant.test = "", "", ""
                count += 1
            sites.append(site)
    return sites


class Runner:
    """Runs the tests with one mutant alive."""

    def __init__(self, executable, modules, last):
        self.executable, self.modules, self.last = executable, modules, last
        self.limit_s = 600.0

    def judge(self, identifier):
        """The same, from the quick tests first."""
        if self.last:
            result = self.run(identifier, "--skip", self.last)
            if result != "passed":
                return result
            return self.run(identifier, "--filter", self.last)
        return self.run(identifier)

    def run(self, identifier, *choice, met=None):
        """"passed", "timeout" or what the first failure said."""
        # Swift's own post-mortem takes seconds for each mutant that traps, and may outlive it.
        environment = {
            **os.environ, "UMWELT_MUTANT": str(identifier), "SWIFT_BACKTRACE": "enable=no"}
        if met:
            environment["UMWELT_MUTANTS_MET"] = met
        process = subprocess.Popen(
            ["sh", "-c", RESTRICTED, self.executable, *choice], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
            start_new_session=True)
        deadline = time.monotonic() + self.limit_s
        with ThreadPoolExecutor(1) as reader:
            verdict = reader.submit(first_failure, process.stdout)
            try:
                failure = verdict.result(timeout=max(0.1, deadline - time.monotonic()))
            except TimeoutError:
                failure = "timeout"
            if failure:
                kill_group(process)
        process.stdout.close()
        status = process.wait()
        if failure:
            return failure
        return "passed" if status == 0 else f"the tests ended with {status}"

    def baseline(self, met):
        """Tests without any mutant must pass; notes which mutants' places they meet."""
        start = time.monotonic()
        result = self.run(-1)
        if result != "passed":
            raise BuildFailure(f"the tests do not pass without a mutant: {result}")
        self.limit_s = PATIENCE * (time.monotonic() - start) + SLACK_S
        result = self.run(-1, met=met)
        if result != "passed":
            raise BuildFailure(f"the tests do not pass without a mutant: {result}")
        return {module: Path(f"{met}.{module}").read_bytes() for module in self.modules}


def kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it ended by itself


def first_failure(lines):
    for line in lines:
        if "recorded an issue" in line or "Fatal error" in line or "Precondition failed" in line:
            return line.strip()
    return ""


def judge(mutants, runner, met, jobs, progress):
    done = 0

    def one(mutant):
        nonlocal done
        if not met[mutant.module][mutant.id]:
            mutant.fate = "unmet"
        else:
            result = runner.judge(mutant.id)
            mutant.fate = {"passed": "survived", "timeout": "timeout"}.get(result, "killed")
            mutant.test = "" if mutant.fate == "survived" else result
        done += 1
        if progress and done % 50 == 0:
            print(f"  {done} of {len(mutants)}", file=sys.stderr)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, mutants))


def explain(mutants, dropped, options, reasons):
    """Gives survivors their reasons; returns what is in the list and should not be."""
    survivors = {mutant.key: mutant for mutant in mutants if mutant.fate not in report.KILLED}
    for key, mutant in survivors.items():
        mutant.reason = reasons.get(key, "")
    looked_at = {mutant.path for mutant in mutants}
    absent = {mutant.key for mutant in dropped}
    if options.only:
        return []
    return [
        key for key in reasons
        if key[0] in looked_at and key not in survivors and key not in absent]


def run_part(root, cache, files, tests, options):
    """Mutates these files; returns the judged mutants and those that did not compile."""
    sources = {path: Source(path, (root / path).read_text()) for path in files}
    sites = find(sources, options.only)
    if options.list or not sites:
        for site in sites:
            for mutant in site.mutants:
                print(f"{mutant.path}:{mutant.line}:{mutant.column}: {mutant.change}")
        return [], []
    modules = {}
    for path in files:
        modules.setdefault(path.split("/")[1], set()).add(path)
    cache.mkdir(parents=True, exist_ok=True)
    package = MutantPackage(root, cache, tests.split(","), modules)
    sites = package.build(sources, sites)
    mutants = [mutant for site in sites for mutant in site.mutants]
    dropped = [mutant for site in package.dropped for mutant in site.mutants]
    runner = Runner(package.executable(), modules, options.last)
    met = runner.baseline(str(cache / "met"))
    print(f"{len(mutants)} mutants; {tests} alone take {(runner.limit_s - SLACK_S) / PATIENCE:.1f} s",
          file=sys.stderr)
    judge(mutants, runner, met, options.jobs, progress=True)
    return mutants, dropped


def main():
    options = arguments()
    start = time.monotonic()
    root, here = Path(options.root), Path(__file__).parent
    mutants, dropped, is_reached = [], [], True
    for files, tests in chosen_parts(root, options.files, options.tests):
        part, absent = run_part(root, Path(options.cache) / tests, files, tests, options)
        is_reached &= 100 * report.score(report.total(part)) >= options.threshold
        mutants += part
        dropped += absent
    if options.list:
        return 0
    stale = explain(mutants, dropped, options, equivalents.read(here / "equivalent.txt"))
    seconds = time.monotonic() - start
    write = report.as_json if options.json else report.text
    print(write(mutants, dropped, stale, seconds))
    return 0 if is_reached and not stale else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BuildFailure, equivalents.BadList) as error:
        print(f"tools/mutate: {error}", file=sys.stderr)
        sys.exit(2)
