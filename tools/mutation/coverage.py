# SPDX-License-Identifier: Apache-2.0
"""Which lines of a module its tests do not run. See tools/coverage."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from package import BuildFailure, MutantPackage, run


def tool(name):
    """LLVM's tools are beside the compiler."""
    beside = Path(shutil.which("swift")).resolve().parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise BuildFailure(f"there is no {name} beside swift or on the PATH")
    return found


def line_counts(lcov, folder):
    """For each file under the folder how often each of its lines ran."""
    files, path = {}, None
    for line in lcov.splitlines():
        if line.startswith("SF:"):
            path = os.path.realpath(line[3:])
        elif line.startswith("DA:") and path.startswith(folder + "/"):
            number, count = line[3:].split(",")[:2]
            files.setdefault(path, {})[int(number)] = int(count)
    return files


def measure(root, cache, module, tests):
    package = MutantPackage(root, cache, [tests], {})
    package.lay_out()
    command = ["swift", "test", "--package-path", str(package.folder), "--disable-xctest",
               "--enable-code-coverage"]
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        stdin=subprocess.DEVNULL)
    if result.returncode:
        raise BuildFailure(result.stdout[-6000:])
    built = Path(run(["swift", "build", "--package-path", str(package.folder),
                      "--show-bin-path"]).strip())
    lcov = run([tool("llvm-cov"), "export", "-format=lcov",
                f"-instr-profile={built}/codecov/default.profdata",
                str(built / "MutantsPackageTests.xctest")])
    return line_counts(lcov, os.path.realpath(Path(root) / package.path_of(module)))


def main():
    parser = argparse.ArgumentParser(prog="tools/coverage", description=__doc__.split("\n")[0])
    parser.add_argument("module", nargs="?", default="Safety", help="a target without products")
    parser.add_argument("--tests", help="its test target, if that is not called MODULETests")
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--cache", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    Path(options.cache).mkdir(parents=True, exist_ok=True)
    tests = options.tests or options.module + "Tests"
    files = measure(options.root, options.cache, options.module, tests)
    if not files:
        raise BuildFailure(f"{tests} run no line of {options.module}")
    missed = run_lines = 0
    for path, counts in sorted(files.items()):
        relative = os.path.relpath(path, options.root)
        never = [line for line, count in sorted(counts.items()) if count == 0]
        run_lines, missed = run_lines + len(counts), missed + len(never)
        print(f"{len(counts) - len(never):5} of {len(counts):4} lines  {relative}")
        text = Path(path).read_text().split("\n")
        for line in never:
            print(f"  {relative}:{line}: {text[line - 1].strip()}")
    print(f"{options.module}: {100 * (1 - missed / run_lines):.1f} % of {run_lines} lines run")
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BuildFailure as error:
        print(f"tools/coverage: {error}", file=sys.stderr)
        sys.exit(2)
