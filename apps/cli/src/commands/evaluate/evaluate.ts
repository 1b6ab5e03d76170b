import { datasetNames } from "@weightcast/datasets/catalog";
import { type Command, Option } from "commander";
import { adapterOption, addModelOptions } from "../../input/model-options";
import { choice } from "../../input/parse";
import { commandLine, type World } from "../../world";
import { type EvaluateFlags, parts } from "./flags";

/** `weightcast evaluate`: how good a trained network is. Its code is loaded when it runs, so that help is fast. */
export function addEvaluate(parent: Command, world: World): void {
  const command = parent
    .command("evaluate")
    .summary("error of a trained network")
    .description(
      "Evaluates the network in a model file, as it is read from the disk: error, loss, errors of each class, and what is taken " +
        "for what. Of a network that predicts numbers: RMSE, MAE and R².",
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
    .addOption(adapterOption())
    .addOption(choice("--part <name>", "part of the data", "part", parts).default("test"));
  addModelOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast evaluate digits.safetensors
  $ weightcast evaluate digits.safetensors --part train
  $ weightcast evaluate digits.safetensors --data ./kmnist --json
  $ weightcast evaluate digits.safetensors --adapter digits.adapter.safetensors.gz
`,
    )
    .action(async (model: string, flags: EvaluateFlags) =>
      (await import("./evaluate-model")).evaluateModel(
        { model, command: commandLine(world, parent.args) },
        flags,
        world,
      ),
    );
}
