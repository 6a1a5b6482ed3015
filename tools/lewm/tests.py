# SPDX-License-Identifier: Apache-2.0
"""Tests of the export: parity with the reference, every way a file is refused, and that the
committed fixtures are what the code of today makes. Run by `tools/export --self-test`."""
import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import checkpoint
import convert
import export
import forward
import measure
from problem import Problem

FIXTURES = Path(__file__).parents[2] / "Tests/WorldModelTests/Fixtures"
ACTION = ["--action-names", "x,y", "--action-mean", "-0.1,0.2", "--action-std", "1,2"]
GIVEN = ["--board", "b", "--step-s", "0.5", "--encoder-heads", "2", "--predictor-heads", "16"]
# The other way round than checkpoint.RENAMED.
TRANSFORMERS_4 = (
    ("encoder.layers.", "encoder.encoder.layer."), ("q_proj", "attention.query"),
    ("k_proj", "attention.key"), ("v_proj", "attention.value"), ("o_proj", "output.dense"),
    (".mlp.fc1", ".intermediate.dense"), (".mlp.fc2", ".output.dense"))


def transformers_4(name):
    for new, old in TRANSFORMERS_4 if name.startswith("encoder.layers.") else ():
        name = name.replace(new, old)
    return name


class Evil:
    def __reduce__(self):
        return os.mkdir, ("ran",)


class ExportTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.here = Path(cls.folder.name)
        cls.lines = cls.run_with(
            "--random", "--tiny", "--seed", "1", "--out", cls.at("model.safetensors"), "--golden",
            cls.at("golden.safetensors"), "--verify", "--save-checkpoint", cls.at("c.safetensors"))
        cls.state = load_file(cls.at("c.safetensors"))

    @classmethod
    def at(cls, name):
        return str(cls.here / name)

    @classmethod
    def run_with(cls, *arguments):
        return export.run(export.parse(arguments), "recorded")

    def export(self, name, state, *more):
        """Exports a state dict, or the file NAME where it is None; the model file's contents."""
        if state is not None:
            torch.save(state, self.at(name))
        out = self.at("other.safetensors")
        self.lines = self.run_with(self.at(name), *GIVEN, *(more or ACTION), "--out", out)
        return convert.read_model(out)

    def refuses(self, pattern, state, *more, name="bad.pt"):
        with self.assertRaisesRegex(Problem, pattern):
            self.export(name, state, *more)

    def test_invented_weights_agree_with_the_reference(self):
        self.assertTrue(self.lines[-2].endswith("is the largest difference from the reference"))

    def test_the_fixtures_are_what_this_code_makes(self):
        for name in ("model", "golden"):
            fixture = "lewm-tiny.safetensors" if name == "model" else "lewm-tiny-golden.safetensors"
            found, kept = load_file(self.at(f"{name}.safetensors")), load_file(FIXTURES / fixture)
            self.assertEqual(found.keys(), kept.keys())
            for tensor in kept:
                # Not exactly: libraries and processors order their sums differently.
                torch.testing.assert_close(found[tensor], kept[tensor], atol=2e-3, rtol=2e-3)
        model = forward.Model(*convert.read_model(FIXTURES / "lewm-tiny.safetensors"))
        forward.compare(model, load_file(FIXTURES / "lewm-tiny-golden.safetensors"))

    def test_the_same_seed_makes_the_same_bytes(self):
        names = ("model.safetensors", "golden.safetensors")
        before = [(self.here / name).read_bytes() for name in names]
        self.run_with("--random", "--tiny", "--out", self.at("a.model"), "--golden",
                      self.at("a.golden"), "--save-checkpoint", self.at("c.safetensors"))
        self.assertEqual(before, [(self.here / name).read_bytes() for name in (
            "a.model", "a.golden")])

    def test_a_difference_from_the_reference_is_found(self):
        tensors, spec = convert.read_model(self.at("model.safetensors"))
        golden = load_file(self.at("golden.safetensors"))
        for name in ("encoder.patch.bias", "predictor.blocks.1.modulation.weight",
                     "action.out.bias", "predictor.position", "encoder.projector.1.weight"):
            wrong = tensors | {name: tensors[name] * 1.01}
            with self.assertRaisesRegex(Problem, "differs from the reference"):
                forward.compare(forward.Model(wrong, spec), golden)

    def test_names_of_transformers_4_nesting_and_prefixes_change_nothing(self):
        plain, _ = self.export("plain.pt", self.state)
        old = {f"model._orig_mod.{transformers_4(name)}": tensor
               for name, tensor in self.state.items()}
        self.assertIn("model._orig_mod.encoder.encoder.layer.1.attention.attention.key.bias", old)
        found, _ = self.export(
            "old.ckpt", {"state_dict": old | {"sigreg.t": torch.zeros(17)}, "epoch": 3})
        self.assertIn("left out, only training needs it: sigreg.t", self.lines)
        self.assertEqual(plain.keys(), found.keys())
        self.assertTrue(all(torch.equal(plain[name], found[name]) for name in plain))

    def test_actions_are_block_major(self):
        _, spec = self.export("plain.pt", self.state)
        self.assertEqual(spec["action"]["names"][:4], ["x.0", "y.0", "x.1", "y.1"])
        self.assertEqual(spec["action"]["offset"], [-0.1, 0.2] * 5)
        self.assertEqual(spec["action"]["scale"], [1.0, 2.0] * 5)

    def test_a_file_with_objects_is_refused_and_not_run(self):
        self.refuses("could run any code", self.state | {"evil": Evil()})
        self.assertFalse(Path("ran").exists())

    def test_what_is_no_checkpoint_is_refused(self):
        self.refuses("no such file", None, name="absent.pt")
        for name in ("junk.pt", "junk.safetensors"):
            (self.here / name).write_bytes(b"PK\x03\x04 not quite")
            self.refuses("not a (whole PyTorch|safetensors) file", None, name=name)
        self.refuses("it holds a Tensor", torch.zeros(3))
        self.refuses("epoch is a int, not a tensor", {"epoch": 3})
        self.refuses("projection.weight is missing", {"weight": torch.zeros(3)})

    def test_tensors_that_do_not_fit_are_refused(self):
        name = "encoder.layers.1.layernorm_after.bias"
        self.refuses(f"1 tensors are missing: {name}",
                     {key: value for key, value in self.state.items() if key != name})
        self.refuses("shape \\[31\\], its neighbours say \\[32\\]",
                     self.state | {name: torch.zeros(31)})
        self.refuses("no part of LeWM: encoder.extra",
                     self.state | {"encoder.extra": torch.ones(1)})
        self.refuses("two tensors", self.state | {f"model.{name}": torch.zeros(32)})
        self.refuses("holds int8", self.state | {name: torch.zeros(32, dtype=torch.int8)})
        self.refuses("negative variance", self.state | {
            "projector.net.1.running_var": -torch.ones(64)})
        self.refuses("for 15 patches", self.state | {
            "encoder.embeddings.position_embeddings": torch.zeros(1, 16, 32)})
        self.refuses("not 4 axes", self.state | {
            "encoder.embeddings.patch_embeddings.projection.weight": torch.zeros(32, 108)})
        for bad in (float("nan"), float("-inf")):
            broken = self.state[name].clone()
            broken[5] = bad
            self.refuses("NaN or infinity at \\[5\\] \\(1 in all\\)", self.state | {name: broken})

    def test_heads_that_do_not_fit_are_refused(self):
        self.refuses("divide into 3 heads", self.state, *ACTION, "--encoder-heads", "3")
        self.refuses("no multiple of 16", self.state, *ACTION, "--predictor-heads", "8")

    def test_actions_that_do_not_fit_are_refused(self):
        self.refuses("have 10 values; 8 were given", self.state, *ACTION, "--action-block", "4")
        names = ["--action-names", "x,y"]
        self.refuses("1 means and 2 deviations", self.state, *names, "--action-mean", "0",
                     "--action-std", "1,2")
        for std in ("1,0", "1,inf", "1,nan", "1,-1"):
            self.refuses("action 'y'", self.state, *names, "--action-mean", "0,0",
                         "--action-std", std)

    def test_statistics_are_measured_as_the_reference_does(self):
        rows = np.random.default_rng(1).normal(size=(50, 2)) * [1, 3] + [2, 0]
        np.save(self.at("a.npy"), np.concatenate([rows, [[np.nan, 1]]]))
        np.savez(self.at("a.npz"), action=rows, pixels=np.full((2, 4, 4, 3), 51, np.uint8))
        import h5py
        with h5py.File(self.at("a.h5"), "w") as file:
            file["action"] = rows
        for name in ("a.npy", "a.npz", "a.h5"):
            mean, std = measure.action_statistics(self.at(name))
            np.testing.assert_allclose([mean, std], [rows.mean(0), rows.std(0)])
        mean, std = measure.pixel_statistics(self.at("a.npz"))
        np.testing.assert_allclose([mean, std], [[0.2] * 3, [0] * 3], atol=1e-7)
        _, spec = self.export(
            "plain.pt", self.state, "--action-names", "x,y", "--dataset", self.at("a.npz"))
        np.testing.assert_allclose(spec["action"]["scale"], list(rows.std(0)) * 5)

    def test_data_sets_that_do_not_fit_are_refused(self):
        np.save(self.at("flat.npy"), np.zeros(5))
        np.save(self.at("infinite.npy"), np.full((5, 2), np.inf))
        np.savez(self.at("two.npz"), state=np.zeros(2), reward=np.zeros(2))
        (self.here / "junk.h5").write_bytes(b"junk")
        for name, pattern in (
                ("absent.npy", "no such file"), ("junk.h5", "cannot be read"),
                ("c.safetensors", "no known data set"), ("flat.npy", "shape \\[5\\]"),
                ("infinite.npy", "no finite rows"), ("two.npz", "has no 'action'")):
            with self.assertRaisesRegex(Problem, pattern):
                measure.action_statistics(self.at(name))
        with self.assertRaisesRegex(Problem, "pixels are"):
            np.savez(self.at("gray.npz"), pixels=np.zeros((2, 4, 4), np.uint8), action=np.zeros(2))
            measure.pixel_statistics(self.at("gray.npz"))

    def test_pixel_statistics_are_folded(self):
        self.assertRegex(str(self.failure("--pixel-mean", "0,0,0", "--pixel-std", "1,1,0")),
                         "not those of 3 colours")
        plain, _ = self.export("plain.pt", self.state)
        other, _ = self.export("plain.pt", self.state, *ACTION, "--pixel-mean", "0.5,0.5,0.5",
                               "--pixel-std", "1,1,1")
        weight = self.state["encoder.embeddings.patch_embeddings.projection.weight"]
        torch.testing.assert_close(
            other["encoder.patch.weight"].view(-1, 6, 6, 3)[4, 5, 3, 2], weight[4, 2, 5, 3])
        self.assertFalse(torch.equal(plain["encoder.patch.bias"], other["encoder.patch.bias"]))

    def failure(self, *more):
        with self.assertRaises(Problem) as caught:
            self.export("plain.pt", self.state, *ACTION, *more)
        return caught.exception

    def test_a_place_that_cannot_be_written_is_refused(self):
        self.assertRegex(str(self.failure("--golden", self.at("none/golden"))), "cannot be written")

    def test_bad_usage_ends_with_2(self):
        out = ["--out", "x"]
        for arguments in (
                [], out, [*out, "c.pt"], [*out, "c.pt", *GIVEN, "--action-names", "x,y"],
                [*out, "c.pt", *GIVEN, "--action-names", "x,x"], [*out, "c.pt", "--random"],
                [*out, "c.pt", *GIVEN, *ACTION, "--tiny"],
                [*out, "c.pt", *GIVEN, *ACTION, "--dataset", "d.npy"],
                [*out, "c.pt", *GIVEN, *ACTION, "--pixel-mean", "0,0,0"],
                [*out, "c.pt", *GIVEN, *ACTION, "--measure-pixels"],
                [*out, "c.pt", *GIVEN, *ACTION, "--step-s", "0"],
                [*out, "c.pt", *GIVEN, *ACTION, "--action-block", "0"]):
            with self.assertRaises(SystemExit) as caught, contextlib.redirect_stderr(io.StringIO()):
                export.parse(arguments)
            self.assertEqual(caught.exception.code, 2)

    def test_a_problem_is_one_line_and_exit_code_2(self):
        told, before = io.StringIO(), sys.argv
        sys.argv = ["export", "absent.pt", *GIVEN, *ACTION, "--out", "x"]
        try:
            with self.assertRaises(SystemExit) as caught, contextlib.redirect_stderr(told):
                export.main()
        finally:
            sys.argv = before
        self.assertEqual(caught.exception.code, 2)
        self.assertEqual(told.getvalue().count("\n"), 1)
        self.assertIn("absent.pt: there is no such file", told.getvalue())

    def test_the_file_says_where_it_is_from(self):
        path = self.at("c.safetensors")
        _, spec = self.export("c.safetensors", None)
        self.assertEqual(spec["training"], {
            "source": "c.safetensors", "sha256": checkpoint.sha256(path), "command": "recorded"})
        with safe_open(self.at("golden.safetensors"), "pt") as file:
            self.assertEqual(json.loads(file.metadata()["cem"])["samples"], 64)
        save_file({"weight": torch.zeros(1)}, self.at("foreign.safetensors"))
        with self.assertRaisesRegex(Problem, "its format is None"):
            convert.read_model(self.at("foreign.safetensors"))


if __name__ == "__main__":
    unittest.main()
