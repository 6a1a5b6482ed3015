# SPDX-License-Identifier: Apache-2.0
"""Where tools/bench has put things, passed by it in the environment."""
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """Folders and commands. `hidden` has the copies whose CPUID traps, by environment."""

    cache: Path
    native: Path
    environments: dict[str, Path]
    hidden: dict[str, Path]
    umwelt: str
    umwelt_version: str

    @staticmethod
    def of_environment() -> "Layout":
        """From PEERS_CACHE, PEERS_NATIVE, PEERS_VENV_<NAME>, PEERS_HIDDEN_<NAME>, PEERS_UMWELT."""
        def folders(prefix: str) -> dict[str, Path]:
            return {name.removeprefix(prefix).lower(): Path(value)
                    for name, value in os.environ.items() if name.startswith(prefix)}

        return Layout(Path(os.environ["PEERS_CACHE"]), Path(os.environ["PEERS_NATIVE"]),
                      folders("PEERS_VENV_"), folders("PEERS_HIDDEN_"),
                      os.environ.get("PEERS_UMWELT", ""),
                      os.environ.get("PEERS_UMWELT_VERSION", ""))

    def python(self, environment: str, hidden: bool = False) -> str:
        """The interpreter of an environment."""
        return str((self.hidden if hidden else self.environments)[environment] / "bin/python")
