import { type Command, Option } from "commander";
import { engineOption, useOption } from "../../input/model-options";
import { commandLine, type World } from "../../world";
import type { InspectFlags } from "./flags";

/** `weightcast inspect`: what is in a model file. Its code is loaded when it runs, so that help is fast. */
export function addInspect(parent: Command, world: World): void {
  parent
    .command("inspect")
    .summary("what is in a model file")
    .description(
      "Shows what is in a model file: its layers, what of them is learned, fixed and stored, the bytes of each, the dictionaries' " +
        "recipes and fingerprints, and pictures of the first layer's filters.",
    )
    .argument("<model>", "model file, such as train --save writes")
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
`,
    )
    .action(async (model: string, flags: InspectFlags) =>
      (await import("./inspect-file")).inspectFile({ model, command: commandLine(world, parent.args) }, flags, world),
    );
}
