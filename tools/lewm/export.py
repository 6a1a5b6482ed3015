# SPDX-License-Identifier: Apache-2.0
"""Converts a LeWM checkpoint of stable-worldmodel to a model file (float; `umwelt model quantize`
makes the int8 one), and writes golden vectors computed by the reference modules."""
import argparse
import re
import shlex
import sys
import tempfile
from pathlib import Path

from problem import Problem

IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])  # the reference's dataset_stats.ImageNet
NUMBER_LISTS = ("--action-mean", "--action-std", "--pixel-mean", "--pixel-std")


def numbers(text):
    return [float(part) for part in text.split(",")]


def names(text):
    found = text.split(",")
    if len(set(found)) != len(found) or not all(found):
        raise argparse.ArgumentTypeError("names must be given and differ")
    return found


def positive(text):
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tools/export", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("checkpoint", nargs="?", help="state dict: .pt, .ckpt or .safetensors")
    add("--out", required=True, metavar="FILE", help="model file to write")
    add("--board", metavar="NAME", help="board the model is for")
    add("--step-s", type=positive, metavar="S", help="seconds of one action block")
    add("--action-names", type=names, metavar="A,B", help="of one raw action")
    add("--action-block", type=int, default=5, metavar="N", help="raw actions in one (default 5)")
    add("--action-mean", type=numbers, metavar="M,M", help="of the raw actions in training")
    add("--action-std", type=numbers, metavar="S,S", help="of the raw actions in training")
    add("--dataset", metavar="FILE", help="measure both on .npy, .npz or .h5 'action' [N,A]")
    add("--pixel-mean", type=numbers, metavar="R,G,B", help="default ImageNet's, as in training")
    add("--pixel-std", type=numbers, metavar="R,G,B", help="default ImageNet's")
    add("--measure-pixels", action="store_true", help="take both from the data set's 'pixels'")
    add("--encoder-heads", type=int, metavar="N", help="default: of 64 features each, as published")
    add("--predictor-heads", type=int, metavar="N", help="the same")
    add("--golden", metavar="FILE", help="write golden vectors of the reference")
    add("--verify", action="store_true", help="compute the file and compare with the reference")
    add("--seed", type=int, default=1, help="of goldens and invented weights (default 1)")
    add("--random", action="store_true", help="invent a checkpoint instead of reading one")
    add("--tiny", action="store_true", help="with --random: the small one of the tests")
    add("--save-checkpoint", metavar="FILE", help="with --random: keep it, as .safetensors")
    return check(parser, parser.parse_args(joined(arguments)))


def joined(arguments):
    """`--action-mean -1,2` as one argument: alone, `-1,2` looks like an option."""
    found = []
    for argument in arguments:
        if found and found[-1] in NUMBER_LISTS and re.match(r"-[\d.]", argument):
            found[-1] += "=" + argument
        else:
            found.append(argument)
    return found


def check(parser, options):
    """Fills in what depends on other options; refuses what does not go together."""
    if options.random:
        if options.checkpoint:
            parser.error("give a checkpoint or --random, not both")
        options.board = options.board or "random"
        options.step_s = options.step_s or 0.5
        options.action_names = options.action_names or ["x", "y"]
        if not (options.dataset or options.action_mean or options.action_std):
            count = len(options.action_names)
            options.action_mean = [0.1 * (-1) ** k for k in range(count)]
            options.action_std = [0.5 + 0.25 * k for k in range(count)]
    elif options.tiny or options.save_checkpoint:
        parser.error("--tiny and --save-checkpoint need --random")
    elif not options.checkpoint:
        parser.error("give a checkpoint, or --random")
    for name in ("board", "step_s", "action_names"):
        if not getattr(options, name):
            parser.error(f"--{name.replace('_', '-')} is needed: no checkpoint holds it")
    if options.action_block < 1:
        parser.error("--action-block must be at least 1")
    if bool(options.action_mean) != bool(options.action_std) or (
            bool(options.action_mean) == bool(options.dataset)):
        parser.error("give --action-mean with --action-std, or --dataset: no checkpoint holds "
                     "the statistics its actions were normalised with")
    if bool(options.pixel_mean) != bool(options.pixel_std):
        parser.error("give --pixel-mean and --pixel-std together")
    if options.measure_pixels and (options.pixel_mean or not options.dataset):
        parser.error("--measure-pixels needs --dataset, and no --pixel-mean")
    if options.tiny:
        options.encoder_heads, options.predictor_heads = 2, 16
    return options


def action_of(options):
    """Names, mean, std and block of the actions."""
    from measure import action_statistics
    if options.dataset:
        mean, std = action_statistics(options.dataset)
    else:
        mean, std = options.action_mean, options.action_std
    where = options.dataset or "--action-mean, --action-std"
    count = len(options.action_names)
    if len(mean) != count or len(std) != count:
        raise Problem(where, f"{len(mean)} means and {len(std)} deviations for the {count} actions "
                      f"{', '.join(options.action_names)}", "give as many as --action-names")
    for name, centre, spread in zip(options.action_names, mean, std):
        if not (abs(centre) < float("inf") and 1e-6 <= spread < float("inf")):
            raise Problem(where, f"action '{name}' has mean {centre} and deviation {spread}",
                          "the deviation must be at least 1e-6: a constant action tells nothing")
    return {"names": options.action_names, "mean": mean, "std": std, "block": options.action_block}


def pixels_of(options):
    """(mean, std) of the colours."""
    if options.measure_pixels:
        from measure import pixel_statistics
        mean, std = pixel_statistics(options.dataset)
    else:
        mean, std = options.pixel_mean or IMAGENET[0], options.pixel_std or IMAGENET[1]
    if len(mean) != 3 or len(std) != 3 or not all(0 < value < 1e3 for value in std):
        raise Problem("--pixel-mean, --pixel-std", f"{mean} and {std} are not those of 3 colours",
                      "give three numbers each, of values in 0...1, deviations more than 0")
    return mean, std


def invent(options, width, pixels, path):
    """Writes a checkpoint with invented weights."""
    import convert
    import invented
    from layout import Sizes, tiny
    model = invented.model((tiny if options.tiny else Sizes)(width), options.seed, pixels)
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    convert.write(path, state, {"generator": "tools/export --random", "seed": str(options.seed)})


def run(options, recorded):
    """The whole export; returns lines to show."""
    action, pixels = action_of(options), pixels_of(options)
    import checkpoint
    import convert
    width = action["block"] * len(action["names"])
    with tempfile.TemporaryDirectory() as scratch:
        path = options.checkpoint
        if options.random:
            path = options.save_checkpoint or f"{scratch}/random.safetensors"
            invent(options, width, pixels, path)
        state, sizes, left_out = checkpoint.read(
            path, options.encoder_heads, options.predictor_heads)
        source = Path(path).name
        training = {"source": source, "sha256": checkpoint.sha256(path), "command": recorded}
    if sizes.action != width:
        raise Problem(source, f"its action blocks have {sizes.action} values", f"{width} were given"
                      f": {len(action['names'])} --action-names times --action-block"
                      f" {action['block']}")
    spec = convert.spec_of(sizes, options.board, options.step_s, action, training)
    tensors = convert.tensors_of(state, sizes, pixels)
    lines = [f"left out, only training needs it: {name}" for name in left_out
             if not name.endswith("num_batches_tracked")]
    if options.golden or options.verify:
        lines += compared(options, state, sizes, spec, pixels, tensors)
    convert.write_model(options.out, tensors, spec)
    count = sum(tensor.numel() for tensor in tensors.values())
    return lines + [f"{options.out}: {len(tensors)} tensors, {count} numbers"]


def compared(options, state, sizes, spec, pixels, tensors):
    """Writes goldens of the reference and compares the converted tensors with them."""
    import convert
    import forward
    import golden
    import reference
    model = reference.with_weights(sizes, state)
    planner = golden.TINY_PLANNER if options.tiny else golden.PLANNER
    expected, metadata = golden.make(model, sizes, spec, pixels, options.seed, planner)
    lines = []
    if options.golden:
        convert.write(options.golden, expected, metadata)
        lines.append(f"{options.golden}: {len(expected)} tensors of {reference.versions()}")
    if options.verify:
        found = forward.compare(forward.Model(tensors, spec), expected)
        lines += [f"{value:9.2e}  {name}" for name, value in found.items()]
        lines.append(f"{max(found.values()):9.2e}  is the largest difference from the reference")
    return lines


def main():
    options = parse(sys.argv[1:])
    try:
        for line in run(options, shlex.join(["tools/export", *sys.argv[1:]])):
            print(line)
    except Problem as problem:
        print(f"tools/export: {problem}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
