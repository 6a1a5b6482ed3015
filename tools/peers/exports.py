# SPDX-License-Identifier: Apache-2.0
"""Makes the files that a run needs and that are not there yet."""
import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from layout import Layout

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Export:
    """A script, its environment, the engines that read its files, and the last file it writes."""

    script: str
    environment: str
    family: str
    last: str


REFERENCE = Export("export_reference.py", "main", "", "ref.npy")
MODELS = [
    Export("export_onnx.py", "main", "onnxruntime", "int8.onnx"),
    Export("export_tflite.py", "convert", "litert", "int8.tflite"),
    Export("export_ncnn.py", "main", "ncnn", "ncnn-int8.output"),
    Export("export_umwelt.py", "main", "umwelt", "umwelt.safetensors"),
]


def data_folder(layout: Layout, seed: int) -> Path:
    """Named after the seed and everything that the files depend on."""
    names = ["modules.py", "workloads.py", "folder.py", "load_module.py", "ncnn_graph.py",
             *[export.script for export in [REFERENCE, *MODELS]],
             "requirements/main.txt", "requirements/convert.txt"]
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in names))
    return layout.cache / "workloads" / f"seed{seed}-{digest.hexdigest()[:12]}"


def ensure(layout: Layout, seed: int, workloads: list[str], engines: list[str]) -> Path:
    """The folder of workloads, complete for these engines. SystemExit where a script fails."""
    data = data_folder(layout, seed)
    families = {engine.rsplit("-", 1)[0] for engine in engines}
    wanted = [REFERENCE, *[export for export in MODELS if export.family in families]]
    for export in wanted:
        missing = [data / name for name in workloads if not (data / name / export.last).exists()]
        if missing:
            _run(layout, export, seed, missing)
    return data


def _run(layout: Layout, export: Export, seed: int, folders: list[Path]) -> None:
    names = ", ".join(folder.name for folder in folders)
    print(f"Exporting with {export.script}: {names}", file=sys.stderr)
    command = [layout.python(export.environment), str(HERE / export.script)]
    command += [str(seed)] if export is REFERENCE else []
    done = subprocess.run(command + [str(folder) for folder in folders], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise SystemExit(f"tools/bench: {export.script} failed with {done.returncode}")
