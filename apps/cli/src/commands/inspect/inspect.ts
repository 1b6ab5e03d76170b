import { type Command, Option } from "commander";
import { engineOption, useOption } from "../../input/model-options";
import { share } from "../../input/parse";
import { commandLine, type World } from "../../world";
import type { InspectFlags } from "./flags";

/** `weightcast inspect`: what is in a model file. Its code is loaded when it runs, so that help is fast. */
export function addInspect(parent: Command, world: World): void {
  parent
    .command("inspect")
    .summary("what is in a model file")
    .description(
      "Shows what is in a model file: its layers, what of them is learned, fixed and stored, the bytes of each, the dictionaries' " +
        "recipes and fingerprints, and pictures of the first layer's filters. Of a file that others have written, ONNX, " +
        "TensorFlow.js or safetensors, it shows the tensors, and which of them never had to be stored: copies, and weights that " +
        "a short formula gives; of an adapter its layers and forms, and which model it is for.",
    )
    .argument(
      "<model>",
      "model file, such as train --save writes; adapter; ONNX file, folder or model.json of TensorFlow.js, safetensors",
    )
    .addOption(
      new Option(
        "--tolerance <share>",
        "of a foreign file: largest difference of a weight from its formula, as a share of the tensor's largest",
      )
        .argParser(share)
        .default(1e-6),
    )
    .addOption(new Option("--html <file>", "write it as a self-contained HTML page"))
    .addOption(engineOption())
    .addOption(useOption())
    .option("--json", "print one JSON document, and nothing else on stdout")
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast inspect digits.safetensors
  $ weightcast inspect digits.safetensors --html digits.html
  $ weightcast inspect digits.safetensors --json
  $ weightcast inspect digits.adapter.safetensors.gz
  $ weightcast inspect detector.onnx             tensors, and those that never had to be stored
  $ weightcast inspect web_model/                the same for a TensorFlow.js model
`,
    )
    .action(async (model: string, flags: InspectFlags) =>
      (await import("./inspect-file")).inspectFile({ model, command: commandLine(world, parent.args) }, flags, world),
    );
}
