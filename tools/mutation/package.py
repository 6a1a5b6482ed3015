# SPDX-License-Identifier: Apache-2.0
"""A small package of the mutated targets, what they need and their tests, outside the repository."""

import json
import os
import re
import subprocess
from pathlib import Path

from schema import helper, mutated, variants

ERROR = re.compile(r"^(/[^:\n]+\.swift):(\d+):(\d+): error: (.*)$", re.MULTILINE)


class BuildFailure(Exception):
    """The package does not build, and no mutant is to blame."""


class MutantPackage:
    def __init__(self, root, folder, tests, modules):
        self.root, self.folder = Path(root), Path(folder)
        self.tests, self.modules = tests, modules
        described = json.loads(run(["swift", "package", "--package-path", root, "dump-package"]))
        self.targets = {target["name"]: target for target in described["targets"]}
        self.dropped = []

    def needed(self, name):
        """The target's names above it, itself last."""
        names = []
        for dependency in self.targets[name]["dependencies"]:
            if "byName" not in dependency:
                raise BuildFailure(f"{name} depends on a product; only our own targets are mutated")
            names += [n for n in self.needed(dependency["byName"][0]) if n not in names]
        return names + [name]

    def path_of(self, name):
        target = self.targets[name]
        kind = "Tests" if target["type"] == "test" else "Sources"
        return target.get("path") or f"{kind}/{name}"

    def lay_out(self):
        """The package's file and links to what is not mutated."""
        names = []
        for test in self.tests:
            names += [name for name in self.needed(test) if name not in names]
        missing = [module for module in self.modules if module not in names]
        if missing:
            raise BuildFailure(f"{', '.join(self.tests)} do not use {', '.join(missing)}")
        entries = []
        for name in names:
            target = self.targets[name]
            kind = "testTarget" if target["type"] == "test" else "target"
            uses = ", ".join(f'"{d["byName"][0]}"' for d in target["dependencies"])
            path = self.folder / self.path_of(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if name in self.modules:
                if path.is_symlink():
                    path.unlink()
                path.mkdir(exist_ok=True)
            else:
                link(path, self.root / self.path_of(name))
            flags = ', cSettings: [.unsafeFlags(["-O2"])]' if has_c(self.root / self.path_of(name)) else ""
            entries.append(
                f'    .{kind}(name: "{name}", dependencies: [{uses}], '
                f'path: "{self.path_of(name)}"{flags}{linked(target)})')
        write(self.folder / "Package.swift", PACKAGE % ",\n".join(entries))

    def place(self, sources, sites):
        """The sources with their living sites; returns each file's places."""
        places = {}
        for module, files in self.modules.items():
            folder = self.folder / self.path_of(module)
            mine = [site for site in sites if site.mutants[0].module == module]
            count = max((m.id for site in sites for m in site.mutants), default=0) + 2
            imports = [d["byName"][0] for d in self.targets[module]["dependencies"]]
            write(folder / "Mutants.swift", helper(module, mine, count, imports))
            wanted = {"Mutants.swift"}
            for original in sorted((self.root / self.path_of(module)).rglob("*.swift")):
                relative = str(original.relative_to(self.root))
                inner = original.relative_to(self.root / self.path_of(module))
                wanted.add(str(inner))
                target = folder / inner
                target.parent.mkdir(parents=True, exist_ok=True)
                if relative not in files:
                    write(target, original.read_text())
                    continue
                text, found = mutated(
                    sources[relative], [site for site in mine if site.mutants[0].path == relative])
                write(target, text)
                places[os.path.realpath(target)] = found
            for stale in folder.rglob("*.swift"):
                if str(stale.relative_to(folder)) not in wanted:
                    stale.unlink()
        return places

    def build(self, sources, sites):
        """Builds, without the sites that do not compile; returns those that are in."""
        self.lay_out()
        for attempt in range(40):
            places = self.place(sources, sites)
            result = subprocess.run(
                ["swift", "build", "--package-path", self.folder, "-c", "release", "--build-tests"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if result.returncode == 0:
                return sites
            guilty = self._guilty(result.stdout, places, sites, whole_line=attempt > 8)
            if not guilty:
                raise BuildFailure(result.stdout[-6000:])
            for site in guilty:
                if site.variant + 1 < variants(site):
                    site.variant += 1
                else:
                    sites = [other for other in sites if other is not site]
                    self.dropped.append(site)
        raise BuildFailure("forty builds were not enough to drop what does not compile")

    def _guilty(self, output, places, sites, whole_line):
        """The site nearest to each error."""
        guilty = []
        for path, line, column, _ in set(ERROR.findall(output)):
            real = os.path.realpath(path)
            if real.endswith("/Mutants.swift"):
                guilty += self._in_helper(Path(real), int(line), sites)
                continue
            found = [place for place in places.get(real, []) if place[0] == int(line)]
            if not found:
                # Something is not initialised, or not returned, because a statement above may
                # be left out.
                found = [place for place in places.get(real, [])
                         if place[0] < int(line) and place[2].kind == "statement"][-1:]
            if not found:
                continue
            nearest = min(abs(place[1] - int(column)) for place in found)
            for place in found:
                if whole_line or abs(place[1] - int(column)) == nearest:
                    guilty.append(place[2])
        return list({id(site): site for site in guilty}.values())

    def _in_helper(self, path, line, sites):
        text = path.read_text().split("\n")[line - 1]
        named = {int(number) for number in re.findall(r"isMutant\((\d+)\)", text)}
        return [site for site in sites if site.mutants[0].id in named]

    def executable(self):
        found = run(["swift", "build", "--package-path", self.folder, "-c", "release",
                     "--show-bin-path"])
        return str(Path(found.strip()) / "MutantsPackageTests.xctest")


PACKAGE = """// swift-tools-version: 6.0
import PackageDescription
let package = Package(
  name: "Mutants",
  targets: [
%s
  ],
  swiftLanguageModes: [.v6]
)
"""


def linked(target):
    """The system's libraries that a target names."""
    names = [s["kind"]["linkedLibrary"]["_0"] for s in target.get("settings", [])
             if "linkedLibrary" in s["kind"]]
    return f", linkerSettings: [{', '.join(f'.linkedLibrary({json.dumps(n)})' for n in names)}]" if names else ""


def has_c(folder):
    return any(folder.rglob("*.c"))


def run(command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode:
        raise BuildFailure(result.stderr)
    return result.stdout


def link(path, target):
    if path.is_symlink() and os.readlink(path) == str(target):
        return
    if path.is_symlink():
        path.unlink()
    path.symlink_to(target)


def write(path, text):
    """Only what changed: the build goes by the time of files."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
