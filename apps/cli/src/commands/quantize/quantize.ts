import { datasetNames } from "@weightcast/datasets/catalog";
import { type Command, Option } from "commander";
import { addModelOptions } from "../../input/model-options";
import { choice, integer, number } from "../../input/parse";
import { gatherTypes, weightType } from "../../input/weight-types";
import { commandLine, type World } from "../../world";
import type { QuantizeFlags } from "./flags";

/** `weightcast quantize`: a model file made small. Its code is loaded when it runs, so that help is fast. */
export function addQuantize(parent: Command, world: World): void {
  const command = parent
    .command("quantize")
    .summary("make a model file small: weights of few bits")
    .description(
      "Writes a model file with weights of few bits: of the types that are named, or of those that fit into a number of bytes. " +
        "With --epochs the network is trained further, with rounded weights, which takes back most of what rounding costs.",
    )
    .argument("<model>", "model file, such as train --save writes")
    .addOption(
      new Option(
        "--type <type>",
        "type of V, kernels and stored atoms: int8 to int2, codebook16, float16, … (default: int8)",
      )
        .argParser(weightType)
        .conflicts("bytes"),
    )
    .addOption(
      new Option("--layer <layer=type>", "another type for a layer; may be repeated")
        .argParser(gatherTypes)
        .conflicts("bytes"),
    )
    .addOption(
      new Option("--bytes <n>", "choose the types so that the file has at most so many bytes").argParser(integer(1)),
    )
    .addOption(
      new Option("--vectors <type>", "type of biases and normalizations").argParser(weightType).default("float16"),
    )
    .addOption(
      choice("--scaled-by <part>", "integers that share a scale", "part", ["column", "tensor"] as const).default(
        "column",
      ),
    )
    .option("--no-compress", "leave the file uncompressed, so that every tool for safetensors reads it")
    .addOption(new Option("--epochs <n>", "epochs of training with rounded weights").argParser(integer(0)).default(0))
    .addOption(
      new Option(
        "--rate <rate>",
        "learning rate at their start (default: a tenth of that of the network's training)",
      ).argParser(number),
    )
    .addOption(
      new Option(
        "--data <name>",
        `${datasetNames.join(", ")}, or a folder of images to train with (default: the images that it was trained with)`,
      ),
    )
    .option("--out <file>", "file to write (default: beside the model file, with .small in its name)");
  addModelOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast quantize digits.safetensors                             8 bits: digits.small.safetensors.gz
  $ weightcast quantize digits.safetensors --type int4 --epochs 5      4 bits, with training
  $ weightcast quantize digits.safetensors --bytes 20000 --epochs 5    at most 20 kB
  $ weightcast quantize digits.safetensors --type int3 --layer logits=int8
  $ weightcast evaluate digits.small.safetensors.gz                    its error
`,
    )
    .action(async (model: string, flags: QuantizeFlags) =>
      (await import("./quantize-model")).quantizeModel(
        { model, command: commandLine(world, parent.args) },
        flags,
        world,
      ),
    );
}
