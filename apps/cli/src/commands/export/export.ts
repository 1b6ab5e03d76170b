import { type Command, Option } from "commander";
import { gather, integer } from "../../input/parse";
import type { World } from "../../world";

/** `weightcast export`: a model file in a format of others. Its code is loaded when it runs, so that help is fast. */
export function addExport(parent: Command, world: World): void {
  parent
    .command("export")
    .summary("write a model file in another format: ONNX, TensorFlow.js, safetensors")
    .description(
      "Writes a model in a format that others read without Weightcast: ONNX for any ONNX runtime, a layers model for " +
        "TensorFlow.js, or the merged weights alone as safetensors. What was there is replaced as a whole, or not at all.",
    )
    .argument("<file>", "model file")
    .addOption(new Option("--to <format>", "format").choices(["onnx", "tfjs", "safetensors"]).makeOptionMandatory())
    .option("--out <path>", "file to write, a folder for tfjs (default: beside the model file, with its name)")
    .addOption(
      new Option(
        "--form <form>",
        "only onnx: W merged, U and V factored, or the smallest: V, and a formula of U where it has one (default: merged)",
      ).choices(["merged", "factored", "smallest"]),
    )
    .option(
      "--standardize",
      "only onnx: take pixels from 0 to 255, or the numbers of a table, and standardize them inside",
    )
    .option("--softmax", "only onnx: give probabilities instead of logits")
    .option(
      "--float",
      "only onnx: write the integers of a small file as float32 (default: as 8-bit integers with scales)",
    )
    .addOption(new Option("--batch <n>", "only onnx: a fixed batch size (default: any)").argParser(integer(1)))
    .addOption(
      new Option("--use <package>", "also take dictionaries from a package or path, whose code is run; may be repeated")
        .argParser(gather)
        .default([], "none"),
    )
    .option("--json", "print one JSON document")
    .addHelpText("after", examples)
    .action(async (file: string, options) => (await import("./write")).exportFile(file, options, world));
}

const examples = `
Examples:
  $ weightcast export digits.safetensors --to onnx                            digits.onnx
  $ weightcast export digits.safetensors --to onnx --standardize --softmax    from pixels to probabilities
  $ weightcast export digits.safetensors --to onnx --form smallest            runtimes compute U when they load it
  $ weightcast export digits.small.safetensors.gz --to onnx --form smallest   small there, too: V as integers
  $ weightcast export digits.safetensors --to tfjs --out public/digits        a folder for loadLayersModel
`;
