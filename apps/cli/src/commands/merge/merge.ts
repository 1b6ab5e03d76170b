import type { Command } from "commander";
import { engineOption, useOption } from "../../input/model-options";
import { commandLine, type World } from "../../world";
import type { MergeFlags } from "./flags";

/** `weightcast merge`: an ordinary network. Its code is loaded when it runs, so that help is fast. */
export function addMerge(parent: Command, world: World): void {
  parent
    .command("merge")
    .summary("write an ordinary network: all weights formed, an adapter in them")
    .description(
      "Writes the ordinary network that a model file stands for: W = U V of every layer that predicts its weights is formed, and an adapter is " +
        "added to the weights, W = W₀ + ΔW. The new file is a model file of Weightcast with ordinary layers; export writes other formats. Of a " +
        "safetensors file that compress --map made smaller, the tensors of the original are formed.",
    )
    .argument(
      "<model>",
      "model file, such as train --save writes; a model of TensorFlow.js, as model.json or its folder; or a safetensors file with factors",
    )
    .argument("[adapter]", "file of an adapter of this model, as adapt writes it")
    .option("--no-compress", "leave the file uncompressed, so that every tool for safetensors reads it")
    .option("--out <file>", "file to write (default: beside the model, with .merged in its name)")
    .addOption(engineOption())
    .addOption(useOption())
    .option("--json", "print one JSON document, and nothing else on stdout")
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast merge digits.compressed.safetensors.gz                      W formed: digits.compressed.merged.safetensors.gz
  $ weightcast merge digits.safetensors digits.adapter.safetensors.gz --out kanji.safetensors.gz
  $ weightcast merge weights.compressed.safetensors    of others' tensors: weights.compressed.merged.safetensors
  $ weightcast export kanji.safetensors.gz --to onnx                       for any ONNX runtime
`,
    )
    .action(async (model: string, adapter: string | undefined, flags: MergeFlags) =>
      (await import("./merge-model")).mergeModel(
        { model, adapter, command: commandLine(world, parent.args) },
        flags,
        world,
      ),
    );
}
