import { type Command, Option } from "commander";
import { adapterOption, addModelOptions } from "../../input/model-options";
import { imageSize, integer } from "../../input/parse";
import { commandLine, type World } from "../../world";
import type { PredictFlags } from "./flags";

/** `weightcast predict`: classes of images. Its code is loaded when it runs, so that help is fast. */
export function addPredict(parent: Command, world: World): void {
  const command = parent
    .command("predict")
    .summary("classes of images, or a column of tables, by a trained network")
    .description(
      "Tells the classes of images by the network in a model file. Images are converted as for its training: size, colors, " +
        "scale. An image that can't be read is named, and the others are done. A network that was trained on a table predicts its column for each row of a CSV file.",
    )
    .argument(
      "<model>",
      "model file, such as train --save writes; or a model of TensorFlow.js, as model.json or its folder",
    )
    .argument("<image...>", "image files, IDX files, and folders of them; or CSV files")
    .addOption(adapterOption())
    .addOption(new Option("--top <n>", "number of classes to print for each image").argParser(integer(1)).default(3))
    .option("--csv", "print a line for each image, for spreadsheets")
    .addOption(
      new Option(
        "--size <pixels>",
        "size of the images that the network was trained on, if its file does not say: a number, or height,width",
      ).argParser(imageSize),
    );
  addModelOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast predict digits.safetensors seven.png
  $ weightcast predict digits.safetensors ./scans --top 1 --csv > scans.csv
  $ weightcast predict digits.safetensors t10k-images-idx3-ubyte.gz --json
  $ weightcast predict digits.safetensors ./scans --adapter digits.adapter.safetensors.gz
  $ weightcast predict prices.safetensors new-houses.csv --csv > predicted.csv

PNG, JPEG, WebP, GIF, TIFF and AVIF need the package sharp: npm install sharp
`,
    )
    .action(async (model: string, images: readonly string[], flags: PredictFlags) =>
      (await import("./predict-images")).predictImages(
        { model, images, command: commandLine(world, parent.args) },
        flags,
        world,
      ),
    );
}
