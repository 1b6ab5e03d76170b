import { datasetNames } from "@weightcast/datasets/catalog";
import { type Command, Option } from "commander";
import { imageSize, integer } from "../../input/parse";
import type { World } from "../../world";

/** `weightcast data`: commands that list and show data sets. Their code is loaded when they run, so that help is fast. */
export function addData(parent: Command, world: World): void {
  const data = parent.command("data").summary("list and show data sets").description("Data sets for training.");
  const json = () => new Option("--json", "print one JSON document");
  data
    .command("list")
    .description("Lists the published data sets. Folders of images work too: see `data show`.")
    .addOption(json())
    .action(async (flags: { json?: true }) => (await import("./list")).listData(flags, world));
  data
    .command("show")
    .description("Reads a whole data set and shows its contents.")
    .argument("<name>", `${datasetNames.join(", ")}, or a folder: IDX files, CIFAR or STL-10 binaries, images`)
    .addOption(new Option("--image <n>", "index of the training image to draw").argParser(integer(0)).default(0))
    .addOption(
      new Option(
        "--size <pixels>",
        "resize the images of a folder: a number for both sides, or height,width",
      ).argParser(imageSize),
    )
    .addOption(new Option("--channels <n>", "3 makes the images of a folder color, 1 gray").argParser(integer(1)))
    .addOption(json())
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast data show mnist --image 7
  $ weightcast data show ./fashion-mnist
  $ weightcast data show cifar10                downloads it unless it is in the cache

Environment:
  WEIGHTCAST_CACHE  folder for downloaded data sets (default: weightcast in the user's cache folder)
`,
    )
    .action(async (name: string, flags: Parameters<typeof import("./show")["showData"]>[1]) =>
      (await import("./show")).showData(name, flags, world),
    );
}
