import { fileURLToPath } from "node:url";
import { identityOf, type RunRecord, type RunSpec, readRecord } from "@weightcast/runs";
import { describe, expect, test } from "vitest";
import { choices } from "./figures/choices/runs";
import { depth } from "./figures/depth/runs";
import { fig1 } from "./figures/fig1/runs";
import { fig4 } from "./figures/fig4/runs";
import { fig5 } from "./figures/fig5/runs";
import { largeKernels } from "./figures/large-kernels/runs";
import { pretraining } from "./figures/pretraining/runs";
import { secondLayer } from "./figures/second-layer/runs";

const recordOf = (name: string) => readRecord(fileURLToPath(new URL(`../../../results/${name}`, import.meta.url)));

/** Data of the runs that were made with a folder of images. */
const jpegCopy = { name: "CIFAR-10, JPEG copy, 10,000 images", folder: "cifar10-jpeg" };
/** `inputDigest` of that folder: SHA-256 of the names and bytes of its files test_2000.bin.gz and train_10000.bin.gz. */
const jpegCopyDigest = "328257fbab200b74a99aaa2c8fe7c96ee4aa2750f19980c7133255eaffbbe863";

/** The same of all 60,000 images, as JPEG files in folders of their classes. */
const allImages = { name: "CIFAR-10, JPEG copy, 50,000 images", folder: "cifar10-jpeg" };
const allImagesDigest = "052efcbd56f48e9d65010a253eaf3afb3f4efce1b5f8ee1d9e2dc41bed61c346";

/** Versions of what computed a run. */
const computedBy = ({ engine, execution }: RunRecord): string =>
  execution?.runtime ? `${execution.runtime}; ${engine.version}` : engine.version;

function digestOf({ data }: RunSpec): string {
  if (data.folder === undefined) return "";
  return data.name === allImages.name ? allImagesDigest : jpegCopyDigest;
}

describe.each([
  ["fig1", 2],
  ["fig4", 672],
  ["fig4-quick", 12],
  ["fig5", 24],
  ["depth", 6],
  ["depth-10000", 51],
  ["large-kernels", 9],
  ["second-layer", 12],
])("results/%s", (name, count) => {
  test(`its ${count} runs have the identities that they were recorded with`, async () => {
    const records = await recordOf(name);
    expect(records).toHaveLength(count);
    expect(new Set(records.map(({ spec }) => spec.data.folder ?? jpegCopy.folder))).toEqual(new Set([jpegCopy.folder]));
    const identities = records.map((record) => identityOf(record.spec, computedBy(record), digestOf(record.spec)));
    expect(identities).toEqual(records.map(({ id }) => id));
  });

  test("each run has the costs of every layer that can be predicted", async () => {
    for (const { spec, result } of await recordOf(name)) {
      expect(result.layers.length).toBeGreaterThan(0);
      const predicted = Object.keys(spec.network.layers);
      expect(result.layers.map(({ layer }) => layer)).toEqual(expect.arrayContaining(predicted));
      const learned = result.layers.filter(({ layer }) => predicted.includes(layer));
      const dynamic = learned.reduce((sum, layer) => sum + layer.dynamic, 0);
      expect(dynamic).toBe(result.account.dynamic);
    }
  });
});

/** Command of results/README.md: its folder, its runs, and how many of them are in the record. @default all */
interface Recorded {
  readonly folder: string;
  readonly command: string;
  readonly specs: readonly RunSpec[];
  readonly found?: number;
}

const commands: readonly Recorded[] = [
  { folder: "fig1", command: "fig1 --networks mnist", specs: fig1({ networks: ["mnist"] }) },
  {
    folder: "fig1",
    command: "fig1 --networks cifar",
    specs: fig1({ networks: ["cifar"], epochs: 40, cifar: jpegCopy }),
  },
  { folder: "fig4-quick", command: "fig4 --seed 1,2,3", specs: fig4({ preset: "quick", seeds: [1, 2, 3] }) },
  { folder: "fig4", command: "fig4 --full", specs: fig4({ preset: "full" }) },
  { folder: "fig4", command: "choices", specs: choices() },
  { folder: "fig4", command: "pretraining", specs: pretraining() },
  {
    folder: "fig4",
    command: "pretraining --pretraining-epochs 50",
    specs: pretraining({ pretrainingEpochs: [50] }),
    found: 18,
  },
  {
    folder: "fig5",
    command: "fig5",
    specs: fig5({ data: jpegCopy, proportions: [1, 0.75, 0.5, 0.25, 0.125, 0.06, 0.03] }),
  },
  { folder: "second-layer", command: "second-layer", specs: secondLayer() },
  {
    folder: "depth",
    command: "depth --methods nokernel,SE",
    specs: depth({ data: jpegCopy, proportions: [3 / 9], methods: ["nokernel", "SE"], train: 4000, epochs: 4 }),
  },
  {
    folder: "depth-10000",
    command: "depth --methods nokernel,narrower,DCT",
    specs: depth({ data: allImages, methods: ["nokernel", "narrower", "DCT"], train: 10_000, epochs: 10 }),
  },
  {
    folder: "depth-10000",
    command:
      "depth --methods Gauss,DCT-decay,DCT-relu,PCA,PCA-channels,DCT-distill,narrower-distill,RandFixU,SE --proportion 3/9",
    specs: depth({
      methods: [
        "Gauss",
        "DCT-decay",
        "DCT-relu",
        "PCA",
        "PCA-channels",
        "DCT-distill",
        "narrower-distill",
        "RandFixU",
        "SE",
      ],
      ...{ data: allImages, proportions: [3 / 9], train: 10_000, epochs: 10 },
    }),
  },
  {
    folder: "depth-10000",
    command: "depth --methods Gauss,SE,RandFixU --proportion 6/9",
    specs: depth({
      methods: ["Gauss", "SE", "RandFixU"],
      ...{ data: allImages, proportions: [6 / 9], train: 10_000, epochs: 10 },
    }),
  },
  {
    folder: "large-kernels",
    command: "large-kernels --methods nokernel,narrower,DCT --proportion 12/49",
    specs: largeKernels({
      ...{ data: allImages, methods: ["nokernel", "narrower", "DCT"], proportions: [12 / 49] },
      ...{ train: 10_000, epochs: 10 },
    }),
  },
];

test.each(commands)(
  "results/$folder: the runs of $command are found",
  async ({ folder, specs, found = specs.length }) => {
    const records = new Map((await recordOf(folder)).map((record) => [record.id, record]));
    const [any] = records.values();
    const identities = specs.map((spec) => identityOf(spec, computedBy(any!), digestOf(spec)));
    expect(identities.filter((id) => records.has(id))).toHaveLength(found);
  },
);
