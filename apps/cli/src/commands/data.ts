import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { dataFacts, embedded } from "../data-facts";
import { usageError } from "../errors";
import { count } from "../format";
import { integer } from "../parse";
import { picture } from "../picture";
import { unknownName } from "../suggest";
import { pairs, table } from "../table";
import type { World } from "../world";

/** `weightcast data`: the data sets at hand. */
export function addData(parent: Command, world: World): void {
  const data = parent.command("data").summary("list and show data sets").description("Data sets to train on.");
  const json = () => new Option("--json", "print one JSON document");
  data
    .command("list")
    .description("Lists the data sets that need no download. Any folder of IDX files works too: see `data show`.")
    .addOption(json())
    .action((flags: { json?: true }) => list(flags, world));
  data
    .command("show")
    .description("Reads a data set whole and shows what is in it.")
    .argument("<name>", "mnist, or a folder of IDX files, plain or gzip")
    .addOption(new Option("--image <n>", "which training image is drawn").argParser(integer(0)).default(0))
    .addOption(json())
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast data show mnist --image 7
  $ weightcast data show ./fashion-mnist
`,
    )
    .action((name: string, flags: { image: number; json?: true }) => show(name, flags, world));
}

async function list({ json }: { readonly json?: true }, world: World): Promise<void> {
  const facts = await Promise.all([...embedded.values()].map(async (load) => dataFacts(await load())));
  const rows = facts.map(({ name, shape, classes, train, test }) => ({
    name,
    shape,
    classes,
    train: train.count,
    test: test.count,
  }));
  world.stdout.write(
    json
      ? `${JSON.stringify(rows, null, 2)}\n`
      : `${table(
          [
            { heading: "name", align: "left", of: ({ name }) => name },
            { heading: "shape", of: ({ shape }) => shape.join(" × ") },
            { heading: "classes", of: ({ classes }) => count(classes) },
            { heading: "train", of: ({ train }) => count(train) },
            { heading: "test", of: ({ test }) => count(test) },
          ],
          rows,
        )}\nA folder of IDX files (Fashion-MNIST, KMNIST, your own) works wherever a name does.\n`,
  );
}

async function show(name: string, { image, json }: { image: number; json?: true }, world: World): Promise<void> {
  const load = embedded.get(name);
  if (!load && !existsSync(resolve(world.folder, name)))
    throw usageError(`${unknownName("data set", name, [...embedded.keys()])}, and no folder of that name`);
  const { readIdxFolder } = await import("@weightcast/datasets/node");
  const dataset = load ? await load() : await readIdxFolder(resolve(world.folder, name));
  const { train, shape, classes } = dataset;
  if (image >= train.count)
    throw usageError(`--image must be below ${count(train.count)}, the training images; got ${image}`);
  const facts = { ...dataFacts(dataset), checksums: load ? "verified" : "none known" };
  if (json) {
    world.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  const { mean, deviation } = facts.train;
  world.stdout.write(
    pairs([
      ["name", facts.name],
      ["shape", shape.join(" × ")],
      ["classes", count(classes)],
      ["train", `${count(train.count)} images (by class: ${facts.train.byClass.join(", ")})`],
      ["test", `${count(facts.test.count)} images (by class: ${facts.test.byClass.join(", ")})`],
      ["mean pixel", `${mean.toFixed(4)}, standard deviation ${deviation.toFixed(4)}, of pixels in [0, 1]`],
      [
        "checksums",
        load ? "verified: the bytes that were published" : "none known for a folder; sizes and labels verified",
      ],
    ]),
  );
  const size = train.images.length / train.count;
  const pixels = train.images.subarray(image * size, (image + 1) * size);
  world.stdout.write(
    `\ntraining image ${image}, class ${train.labels[image]}:\n\n${picture(pixels, shape).join("\n")}\n`,
  );
}
