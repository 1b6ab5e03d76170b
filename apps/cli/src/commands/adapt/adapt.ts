import { datasetNames } from "@weightcast/datasets/catalog";
import { adapterDictionaries, adapterFormNames, adapterForms } from "@weightcast/runs/spec";
import { type Command, Option } from "commander";
import { addModelOptions } from "../../input/model-options";
import { choice, imageSize, integer, names, number } from "../../input/parse";
import { commandLine, type World } from "../../world";
import type { AdaptFlags } from "./flags";

/** Defaults of a setting by form: "8 for lora, 16 for one-sided". */
const defaultsOf = (setting: "rank" | "entries" | "dictionary" | "rate"): string =>
  Object.entries(adapterForms)
    .flatMap(([form, defaults]) => {
      const value = (defaults as Readonly<Record<string, unknown>>)[setting];
      return value === undefined ? [] : [`${value} for ${form}`];
    })
    .join(", ");

/** `weightcast adapt`: an adapter of a frozen network. Its code is loaded when it runs, so that help is fast. */
export function addAdapt(parent: Command, world: World): void {
  const command = parent
    .command("adapt")
    .summary("train an adapter of a frozen network, in a small file of its own")
    .description(
      "Adapts a trained network to other data. Its weights stay; what is learned is an adapter, W = W₀ + ΔW with few numbers in ΔW, which gets a " +
        "file of its own that names the network by a fingerprint. If the data have another number of classes, the last layer is a new one. " +
        "An interrupted command continues where it stopped.",
    )
    .argument(
      "<model>",
      "model file, such as train --save writes; or a model of TensorFlow.js, as model.json or its folder",
    )
    .addOption(
      new Option(
        "--data <name>",
        `${datasetNames.join(", ")}, a folder of images, or a CSV file (default: the data that it was trained with)`,
      ),
    )
    .addOption(
      choice(
        "--form <name>",
        "form of ΔW: lora, of low rank; sparse, a few entries of its spectrum; atoms on one side, or on both; vera, scales of random factors; full, any",
        "form",
        adapterFormNames,
      ).default("lora"),
    )
    .addOption(
      new Option("--rank <n>", `inner dimension, or atoms on a side (default: ${defaultsOf("rank")})`).argParser(
        integer(1),
      ),
    )
    .addOption(
      new Option("--entries <n>", `numbers of each layer (default: ${defaultsOf("entries")})`).argParser(integer(1)),
    )
    .addOption(
      choice(
        "--dictionary <name>",
        `where the atoms come from (default: ${defaultsOf("dictionary")})`,
        "dictionary",
        adapterDictionaries,
      ),
    )
    .addOption(
      new Option(
        "--layers <patterns>",
        "layers that are adapted, by name; * stands for any characters (default: *)",
      ).argParser(names),
    )
    .option("--head", "learn the last layer whole, for classes that mean something else")
    .option("--biases", "learn the biases of these layers, too")
    .addOption(new Option("--epochs <n>", "epochs of training").argParser(integer(1)).default(5))
    .addOption(
      new Option("--rate <rate>", `learning rate at their start, of Adam (default: ${defaultsOf("rate")})`).argParser(
        number,
      ),
    )
    .addOption(
      new Option("--batch <n>", "examples in a batch (default: as it was trained, or 100)").argParser(integer(1)),
    )
    .addOption(new Option("--seed <n>", "seed of all that is random").argParser(integer()).default(1))
    .addOption(
      new Option("--validation <n>", "measure on so many training examples, held out, to choose settings by").argParser(
        integer(1),
      ),
    )
    .addOption(
      new Option("--size <pixels>", "resize the images of a folder: a number, or height,width").argParser(imageSize),
    )
    .addOption(
      new Option(
        "--scale <number>",
        "a model that does not say takes pixels times scale plus offset (default: 1/255)",
      ).argParser(number),
    )
    .addOption(new Option("--offset <number>", "see --scale (default: 0)").argParser(number))
    .addOption(new Option("--name <name>", "name of the adapter").default("default"))
    .option("--no-compress", "leave the file uncompressed, so that every tool for safetensors reads it")
    .option("--out <file>", "file to write (default: beside the model, with .adapter in its name)");
  addModelOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast adapt digits.safetensors --data ./kmnist --epochs 3        LoRA: digits.adapter.safetensors.gz
  $ weightcast adapt digits.safetensors --data ./kmnist --form sparse --entries 400
  $ weightcast adapt web-model/model.json --data ./photos --scale 0.00784 --offset -1
  $ weightcast inspect digits.adapter.safetensors.gz                      what is in it
  $ weightcast evaluate digits.safetensors --adapter digits.adapter.safetensors.gz
  $ weightcast merge digits.safetensors digits.adapter.safetensors.gz     an ordinary network again
`,
    )
    .action(async (model: string, flags: AdaptFlags) =>
      (await import("./adapt-model")).adaptModel({ model, command: commandLine(world, parent.args) }, flags, world),
    );
}
