import { datasetNames } from "@weightcast/datasets/catalog";
import { offeredNames } from "@weightcast/runs/spec";
import { type Command, Option } from "commander";
import { addModelOptions } from "../../input/model-options";
import { integer, names, namesOf, number, share } from "../../input/parse";
import { commandLine, type World } from "../../world";
import type { CompressFlags } from "./flags";

/** `weightcast compress`: a trained network that predicts most of its weights. Its code is loaded when it runs, so that help is fast. */
export function addCompress(parent: Command, world: World): void {
  const command = parent
    .command("compress")
    .summary("factorize a trained network within a budget")
    .description(
      "Replaces layers of a trained network by ones that predict most of their weights. How much the outputs depend on each layer is " +
        "measured first; then layers, dictionaries and ranks are chosen for the budget, and with --epochs the network is trained further, " +
        "with the original as its teacher. An interrupted command continues where it stopped. Of an ONNX file or a graph model of TensorFlow.js, " +
        "weights that are stored several times or that a formula gives are taken out; that needs no budget. With one, other weights of an ONNX file " +
        "become products of smaller ones, and so do those of a safetensors file that --map names.",
    )
    .argument(
      "<model>",
      "model file, such as train --save writes; a model of TensorFlow.js, as model.json or its folder; an ONNX or a safetensors file",
    )
    .addOption(
      new Option("--learned <share>", "numbers that are learned in the layers, as a part of their weights: 0.05")
        .argParser(share)
        .conflicts(["bytes", "error"]),
    )
    .addOption(
      new Option("--bytes <n>", "most bytes of all weights as float32; quantize makes the file smaller still")
        .argParser(integer(1))
        .conflicts("error"),
    )
    .addOption(
      new Option(
        "--error <share>",
        "the smallest network whose outputs name another class for at most that part of held-out examples, before training; of an ONNX file, whose outputs differ by at most that part of their mean square",
      ).argParser(share),
    )
    .addOption(
      new Option("--dictionary <names>", `dictionaries on offer, of ${offeredNames.join(", ")}`)
        .argParser(namesOf("dictionary", offeredNames))
        .default(["channels", "fourier", "low-rank"], "channels,fourier,low-rank"),
    )
    .addOption(
      new Option("--columns <n>", "groups of a layer's outputs with atoms of their own, where it divides them")
        .argParser(integer(1))
        .default(1),
    )
    .addOption(
      new Option("--layers <patterns>", "layers that may change, by name; * stands for any characters").argParser(
        names,
      ),
    )
    .addOption(
      new Option(
        "--map <file>",
        'of a safetensors file: JSON that says what its tensors are, {"*.weight": "linear"}, or conv, or transposed',
      ),
    )
    .addOption(new Option("--samples <n>", "examples that layers are fitted to").argParser(integer(4)).default(1000))
    .addOption(new Option("--epochs <n>", "epochs of training after the fit").argParser(integer(0)).default(0))
    .addOption(new Option("--rate <rate>", "learning rate at their start, of Adam (default: 0.01)").argParser(number))
    .addOption(
      new Option(
        "--distill <share>",
        "part of the loss that is the distance to the original's outputs; 0 for labels only",
      )
        .argParser(number)
        .default(0.9),
    )
    .addOption(new Option("--seed <n>", "seed of all that is random").argParser(integer()).default(1))
    .addOption(
      new Option(
        "--data <name>",
        `${datasetNames.join(", ")}, or a folder of images (default: the data that it was trained with); of an ONNX file, inputs as samples.npy`,
      ),
    )
    .addOption(
      new Option("--validation <n>", "measure on so many training examples, held out, to choose settings by").argParser(
        integer(1),
      ),
    )
    .addOption(
      new Option("--size <pixels>", "resize the images of a folder to so many pixels a side").argParser(integer(1)),
    )
    .addOption(
      new Option(
        "--scale <number>",
        "a model that does not say takes pixels times scale plus offset (default: 1/255)",
      ).argParser(number),
    )
    .addOption(new Option("--offset <number>", "see --scale (default: 0)").argParser(number))
    .option("--no-compress", "leave the file uncompressed, so that every tool for safetensors reads it")
    .option("--out <file>", "file to write (default: beside the model, with .compressed in its name)")
    .option("--report <file>", "write a self-contained HTML report: curves, choices, errors, speed");
  addModelOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast compress digits.safetensors --learned 0.05 --epochs 2    5% of the weights, trained for two epochs
  $ weightcast compress digits.safetensors --bytes 100000 --report small.html    with a page of curves
  $ weightcast compress digits.safetensors --error 0.01                 at most 1% other answers
  $ weightcast compress web-model/model.json --learned 0.5 --data ./photos --scale 0.00784 --offset -1
  $ weightcast compress speech.onnx                                     copies and formulas taken out: speech.compressed.onnx
  $ weightcast compress speech.onnx --learned 0.5 --data sounds.npy     half of the other weights, by products
  $ weightcast compress weights.safetensors --map map.json --learned 0.5    products U V of its weights
  $ weightcast evaluate digits.compressed.safetensors.gz                its error
  $ weightcast export digits.compressed.safetensors.gz --to onnx        for others
`,
    )
    .action(async (model: string, flags: CompressFlags) =>
      (await import("./compress-model")).compressModel(
        { model, command: commandLine(world, parent.args) },
        flags,
        world,
      ),
    );
}
