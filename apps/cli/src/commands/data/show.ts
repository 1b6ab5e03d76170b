import { resolve } from "node:path";
import type { Dataset } from "@weightcast/datasets";
import { type CatalogEntry, datasetNames, entryOf, isTableFile } from "@weightcast/datasets/catalog";
import { asUsage, interruption, usageError } from "../../errors";
import { statusOf } from "../../input/data-input";
import { unknownName } from "../../input/suggest";
import { count, downloading } from "../../terminal/format";
import { interruptible } from "../../terminal/interrupt";
import { luminance, picture } from "../../terminal/picture";
import { pairs } from "../../terminal/table";
import { unusedText } from "../../terminal/unused";
import { roomOf, type World } from "../../world";
import { dataFacts, type SplitFacts } from "./facts";

interface Flags {
  readonly image: number;
  readonly size?: number | readonly [number, number];
  readonly channels?: 1 | 3;
  readonly json?: true;
}

type Facts = ReturnType<typeof dataFacts> & { readonly checksums: string } & {
  readonly [field in "cache" | "licence" | "source"]?: string | undefined;
};

/** `weightcast data show`: facts about a data set, and a picture of one image. */
export async function showData(name: string, { image, json, ...images }: Flags, world: World): Promise<void> {
  const { dataset, published, checksums, cache } = await load(name, images, world);
  const { train } = dataset;
  if (image >= train.count)
    throw usageError(`--image must be below ${count(train.count)}, the number of training images; got ${image}`);
  const { licence, source } = published ?? {};
  const facts = { ...dataFacts(dataset), checksums: checksums.json, cache, licence, source };
  world.stdout.write(
    json
      ? `${JSON.stringify(facts, null, 2)}\n`
      : `${factsText({ ...facts, checksums: checksums.text }, roomOf(world.stdout))}\n${imageText(dataset, image)}`,
  );
}

/** Facts, one per line. @param columns width in which they must fit */
function factsText(facts: Facts, columns: number): string {
  const { name, shape, classes, classNames, train, test, unused, checksums, cache, licence, source } = facts;
  const { mean, deviation, channels = [] } = train;
  const each = (of: "mean" | "deviation") => channels.map((channel) => channel[of].toFixed(4)).join(", ");
  const lines: readonly (readonly [name: string, value: string | undefined])[] = [
    ["name", name],
    ["shape", shape.join(" × ")],
    ["classes", `${count(classes)}${classNames ? `: ${classNames.join(", ")}` : ""}`],
    ["train", splitText(train)],
    ["test", splitText(test)],
    ["mean pixel", `${mean.toFixed(4)}, standard deviation ${deviation.toFixed(4)}, of pixels in [0, 1]`],
    ["by channel", channels.length > 0 ? `${each("mean")}, standard deviations ${each("deviation")}` : undefined],
    ["not used", unused && unusedText(unused)],
    ["checksums", checksums],
    ["cache", cache === undefined ? undefined : `${cache} (set WEIGHTCAST_CACHE to use another folder)`],
    ["licence", licence],
    ["source", source],
  ];
  return pairs(
    lines.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    columns,
  );
}

const splitText = ({ count: images, byClass }: SplitFacts): string =>
  byClass.every((number) => number === byClass[0])
    ? `${count(images)} images, ${count(byClass[0]!)} of each class`
    : `${count(images)} images (by class: ${byClass.join(", ")})`;

/** Picture of a training image, in color ones of its luminance, with its class. */
function imageText({ train, shape, classNames }: Dataset, image: number): string {
  const size = train.images.length / train.count;
  const pixels = train.images.subarray(image * size, (image + 1) * size);
  const isColor = shape.length === 3 && shape[2] === 3;
  const lines = isColor ? picture(luminance(pixels), shape.slice(0, 2)) : picture(pixels, shape);
  const label = train.labels[image]!;
  const className = classNames?.[label];
  return `training image ${image}, class ${label}${className === undefined ? "" : `, ${className}`}:\n\n${lines.join("\n")}\n`;
}

/** Verification of a data set's bytes, by their origin. Bytes in the cache were verified when they arrived. */
const verification = {
  embedded: { json: "verified", text: "verified: the published bytes" },
  downloaded: { json: "verified when downloaded", text: "verified when downloaded" },
  folder: { json: "none known", text: "none known for a folder; sizes and labels verified" },
} as const;

interface Loaded {
  readonly dataset: Dataset;
  /** Entry of the catalog; absent for a folder. */
  readonly published?: CatalogEntry;
  readonly checksums: (typeof verification)[keyof typeof verification];
  /** Folder that contains the download. */
  readonly cache?: string;
}

/** Data set by its name, downloaded if necessary, or read from a folder. */
async function load(name: string, { size, channels }: Pick<Flags, "size" | "channels">, world: World): Promise<Loaded> {
  const published = entryOf(name);
  if (published && (size !== undefined || channels !== undefined))
    throw usageError(`--size and --channels are for folders of images, not for ${name}`);
  if (published?.download) {
    const dataset = await download(published, world);
    const { cacheFolder } = await import("@weightcast/datasets/node");
    return { dataset, published, checksums: verification.downloaded, cache: cacheFolder() };
  }
  if (published) return { dataset: await published.load(), published, checksums: verification.embedded };
  if (isTableFile(name))
    throw usageError(
      `${name} is a table; train --data ${name} --target COLUMN takes it, and names its columns if there is none of that name`,
    );
  if (statusOf(resolve(world.folder, name)) === undefined)
    throw usageError(`${unknownName("data set", name, datasetNames)}; nor is there a folder of that name`);
  const { readFolder } = await import("@weightcast/datasets/node");
  const options = {
    ...(size !== undefined && { size: typeof size === "number" ? ([size, size] as const) : size }),
    ...(channels !== undefined && { channels }),
  };
  const dataset = await asUsage(() => readFolder(resolve(world.folder, name), options));
  return { dataset, checksums: verification.folder };
}

/** Published data set from the cache or the network, with its progress on stderr. */
async function download(published: CatalogEntry, world: World): Promise<Dataset> {
  const report = everyFewSeconds(world, (progress: Parameters<typeof downloading>[0]) =>
    world.stderr.write(`${downloading(progress)}\n`),
  );
  const { name } = published;
  return interruptible(
    world,
    () => world.stderr.write("Stopping; the received bytes are kept.\n"),
    (signal) =>
      published.load({ signal, onProgress: (progress) => report({ name, ...progress }) }).catch((error: unknown) => {
        throw signal.aborted
          ? interruption("interrupted; the received bytes are kept, and the same command continues from them")
          : error;
      }),
  );
}

/** Milliseconds between two lines of a download. */
const lineEvery = 3000;

/** Function that calls another at most once in {@link lineEvery}. */
function everyFewSeconds<T>({ now }: World, report: (value: T) => void): (value: T) => void {
  let last = -Infinity;
  return (value) => {
    if (now() - last < lineEvery) return;
    last = now();
    report(value);
  };
}
