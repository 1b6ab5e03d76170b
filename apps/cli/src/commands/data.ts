import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Dataset } from "@weightcast/datasets";
import { type Command, Option } from "commander";
import { dataFacts, downloaded, embedded, type SplitFacts } from "../data-facts";
import { usageError } from "../errors";
import { bytes, count, downloading } from "../format";
import { interruptible } from "../interrupt";
import { dataNames } from "../names";
import { integer } from "../parse";
import { luminance, picture } from "../picture";
import { unknownName } from "../suggest";
import { pairs, table } from "../table";
import type { World } from "../world";

/** `weightcast data`: the data sets at hand. */
export function addData(parent: Command, world: World): void {
  const data = parent.command("data").summary("list and show data sets").description("Data sets to train on.");
  const json = () => new Option("--json", "print one JSON document");
  data
    .command("list")
    .description("Lists the data sets that go by a name. Folders of images work too: see `data show`.")
    .addOption(json())
    .action((flags: { json?: true }) => list(flags, world));
  data
    .command("show")
    .description("Reads a data set whole and shows what is in it.")
    .argument("<name>", `${dataNames.join(", ")}, or a folder: IDX files, CIFAR's or STL-10's binaries, images`)
    .addOption(new Option("--image <n>", "which training image is drawn").argParser(integer(0)).default(0))
    .addOption(json())
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast data show mnist --image 7
  $ weightcast data show ./fashion-mnist
  $ weightcast data show cifar10                downloads it where it is not in the cache yet

Environment:
  WEIGHTCAST_CACHE  folder that data sets are downloaded to (default: weightcast in the user's cache folder)
`,
    )
    .action((name: string, flags: { image: number; json?: true }) => show(name, flags, world));
}

async function list({ json }: { readonly json?: true }, world: World): Promise<void> {
  const here = await Promise.all([...embedded.values()].map((load) => load()));
  const rows = [
    ...here.map(({ name, shape, classes, train, test }) => ({
      ...{ name, shape, classes, train: train.count, test: test.count },
      from: "embedded",
    })),
    ...[...downloaded].map(([name, { shape, classes, train, test, bytes: size }]) => ({
      ...{ name, shape, classes, train, test },
      from: `download, ${bytes(size)}`,
    })),
  ];
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
            { heading: "from", align: "left", of: ({ from }) => from },
          ],
          rows,
        )}\nA folder of IDX files (Fashion-MNIST, KMNIST), of CIFAR's or STL-10's binaries, or of images, works wherever a name does.\n`,
  );
}

async function show(name: string, { image, json }: { image: number; json?: true }, world: World): Promise<void> {
  const { dataset, checksums, cache } = await load(name, world);
  const { train, shape, classes } = dataset;
  if (image >= train.count)
    throw usageError(`--image must be below ${count(train.count)}, the training images; got ${image}`);
  const facts = { ...dataFacts(dataset), checksums: checksums.json, ...(cache !== undefined && { cache }) };
  if (json) {
    world.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  const { mean, deviation, channels } = facts.train;
  const each = (of: "mean" | "deviation") => channels!.map((channel) => channel[of].toFixed(4)).join(", ");
  world.stdout.write(
    pairs([
      ["name", facts.name],
      ["shape", shape.join(" × ")],
      ["classes", `${count(classes)}${dataset.classNames ? `: ${dataset.classNames.join(", ")}` : ""}`],
      ["train", counts(facts.train)],
      ["test", counts(facts.test)],
      ["mean pixel", `${mean.toFixed(4)}, standard deviation ${deviation.toFixed(4)}, of pixels in [0, 1]`],
      ...(channels ? [["by channel", `${each("mean")}, standard deviations ${each("deviation")}`] as const] : []),
      ["checksums", checksums.text],
      ...(cache === undefined ? [] : [["cache", `${cache} (WEIGHTCAST_CACHE names another folder)`] as const]),
    ]),
  );
  const size = train.images.length / train.count;
  const pixels = train.images.subarray(image * size, (image + 1) * size);
  const lines =
    shape.length === 3 && shape[2] === 3 ? picture(luminance(pixels), shape.slice(0, 2)) : picture(pixels, shape);
  const label = train.labels[image]!;
  const called = dataset.classNames?.[label];
  world.stdout.write(
    `\ntraining image ${image}, class ${label}${called === undefined ? "" : `, ${called}`}:\n\n${lines.join("\n")}\n`,
  );
}

/** What is known of the bytes, by where they are from. What is in the cache was verified whole when it came. */
const known = {
  embedded: { json: "verified", text: "verified: the bytes that were published" },
  downloaded: { json: "verified when downloaded", text: "verified when downloaded" },
  folder: { json: "none known", text: "none known for a folder; sizes and labels verified" },
} as const;

interface Loaded {
  readonly dataset: Dataset;
  readonly checksums: (typeof known)[keyof typeof known];
  /** The folder it was downloaded to. */
  readonly cache?: string;
}

/** A data set by its name, downloaded where it must be, or of a folder. */
async function load(name: string, world: World): Promise<Loaded> {
  const [here, published] = [embedded.get(name), downloaded.get(name)];
  if (here) return { dataset: await here(), checksums: known.embedded };
  if (published) {
    const onProgress = everyFewSeconds(world, (progress: Parameters<typeof downloading>[0]) =>
      world.stderr.write(`${downloading(progress)}\n`),
    );
    const dataset = await interruptible(
      world,
      () => world.stderr.write("Stopping; what arrived is kept.\n"),
      (signal) =>
        published
          .load({ signal, onProgress: (progress) => onProgress({ name, ...progress }) })
          .catch((error: unknown) => {
            throw signal.aborted ? interruption() : error;
          }),
    );
    return { dataset, checksums: known.downloaded, cache: (await import("@weightcast/datasets/node")).cacheFolder() };
  }
  if (!existsSync(resolve(world.folder, name)))
    throw usageError(`${unknownName("data set", name, dataNames)}, and no folder of that name`);
  const { readFolder } = await import("@weightcast/datasets/node");
  return { dataset: await readFolder(resolve(world.folder, name)), checksums: known.folder };
}

const interruption = () =>
  Object.assign(new Error("interrupted; what arrived is kept, and the same command goes on from it"), {
    code: "INTERRUPTED",
  });

/** Milliseconds between two lines of a download. */
const lineEvery = 3000;

function everyFewSeconds<T>({ now }: World, tell: (value: T) => void): (value: T) => void {
  let last = -Infinity;
  return (value) => {
    if (now() - last < lineEvery) return;
    last = now();
    tell(value);
  };
}

const counts = ({ count: images, byClass }: SplitFacts): string =>
  byClass.every((number) => number === byClass[0])
    ? `${count(images)} images, ${count(byClass[0]!)} of each class`
    : `${count(images)} images (by class: ${byClass.join(", ")})`;
