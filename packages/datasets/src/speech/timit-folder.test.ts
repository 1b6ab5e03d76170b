import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFolder } from "../formats/read-folder";
import { phnText, riff, type Sentence, sentenceFiles, sphere, spoken, writeFiles } from "../testing/timit";
import { logMel } from "./log-mel";
import { TIMIT_CLASSES } from "./phones";
import { coreSpeakers, isTimitFile, timitIn } from "./timit-files";
import { readTimitFolder } from "./timit-folder";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-timit-"));
});
afterEach(() => rm(dir, { recursive: true }));

const first: Sentence = [["h#", 800], ["sh", 1000], ["q", 500], ["iy", 900], ["h#", 400]]; // biome-ignore format: a line
const second: Sentence = [["h#", 500], ["ix", 700]]; // biome-ignore format: a line
const coreFiles = (): Record<string, Uint8Array | string> =>
  Object.assign(
    {},
    ...coreSpeakers.map((one, i) => sentenceFiles(`TEST/DR${1 + Math.floor(i / 3)}/${one.toUpperCase()}/SI9`, second)),
  );
const corpus = (): Record<string, Uint8Array | string> => ({
  ...sentenceFiles("TRAIN/DR1/FCJF0/SX37", first),
  ...sentenceFiles("TRAIN/DR1/FCJF0/SA1", [["zz", 900]]), // not even read
  ...sentenceFiles("TRAIN/DR1/FCJF0/SI1027", second),
  ...sentenceFiles("TRAIN/DR2/MABC0/SX5", first),
  ...coreFiles(),
  ...sentenceFiles("TEST/DR1/FAKS0/SX43", first), // not in the core test set
  "TRAIN/DR1/FCJF0/SX37.TXT": "She.",
  "TRAIN/DR1/README.TXT": "none",
  "DOC/PHONCODE.DOC": "none",
});

/** What is in a part, example by example. */
const labelsOf = ({ labels }: { labels: Uint8Array }) => Array.from(labels, (label) => TIMIT_CLASSES[label]).join(" ");

// Frames' middles are at 200, 360, … in sentences of 3600 and 1200 samples: 21 and 6 frames.
const ofFirst = "sil sil sil sil sh sh sh sh sh sh iy iy iy iy iy sil sil";
const ofSecond = "sil sil ih ih ih ih";

test("the published layout: frames with their classes, by region, speaker and sentence", async () => {
  await writeFiles(dir, corpus());
  const { train, test: tests, ...rest } = await readTimitFolder(dir);
  expect(rest).toEqual({ name: basename(dir), bands: 40, classes: 39, classNames: TIMIT_CLASSES });
  expect(labelsOf(train)).toBe([ofSecond, ofFirst, ofFirst].join(" "));
  expect(labelsOf(tests)).toBe(coreSpeakers.map(() => ofSecond).join(" "));
  expect([[...train.starts], train.speakers]).toEqual([[0, 6, 27, 48], ["fcjf0", "fcjf0", "mabc0"]]); // biome-ignore format: a line
  expect(new Set(tests.speakers)).toEqual(new Set(coreSpeakers));
  // The glottal stop is frames 10 … 13 of a sentence: no examples, but there.
  expect([...train.centers].slice(6, 23)).toEqual(
    [...Array(21).keys()].filter((t) => t < 10 || t > 13).map((t) => 6 + t),
  );
  expect(train.features.subarray(6 * 40, 27 * 40)).toEqual(logMel()(spoken(first)));
});

test("lower case, big-endian, RIFF, converted copies beside the originals, and the folder around", async () => {
  await writeFiles(dir, corpus());
  const plain = await readTimitFolder(dir, { bands: 8 });
  const inner = join(dir, "data", "TIMIT");
  const others = Object.entries(corpus()).map(([name, bytes], i) => {
    if (!name.endsWith("WAV") || typeof bytes === "string") return [name.toLowerCase(), bytes] as const;
    const samples = Int16Array.from({ length: (bytes.length - 1024) / 2 }, (_, k) =>
      Buffer.from(bytes).readInt16LE(1024 + 2 * k),
    );
    return [name.toLowerCase(), i % 4 === 0 ? riff(samples) : sphere(samples, { order: "10" })] as const;
  });
  await writeFiles(inner, Object.fromEntries(others));
  await writeFiles(inner, { "train/dr1/fcjf0/sx37.wav.wav": "no sound", "train/dr1/fcjf0/._sx37.wav": "of macOS" });
  await rm(join(dir, "TRAIN"), { recursive: true });
  expect(await timitIn(dir)).toBe(inner);
  expect(await readTimitFolder(dir, { name: basename(dir), bands: 8 })).toEqual(plain);
});

test.each<[string, string, () => Promise<unknown>, string]>([
  ["no corpus", "absent", () => rm(join(dir, "TRAIN"), { recursive: true }), "the LDC licenses (LDC93S1)"],
  ["no tests", "absent", () => rm(join(dir, "TEST"), { recursive: true }), "got nothing there"],
  [
    "a speaker of the core test set",
    "absent",
    () => rename(join(dir, "TEST/DR1/MDAB0"), join(dir, "TEST/DR1/MDAX0")),
    "got none named mdab0;",
  ],
  ["phones", "absent", () => rm(join(dir, "TRAIN/DR1/FCJF0/SX37.PHN")), "must hold SX37.PHN, the phones of a sentence"],
  ["sound", "absent", () => rm(join(dir, "TRAIN/DR1/FCJF0/SX37.WAV")), "must hold SX37.WAV, the sound of a sentence"],
  [
    "half a sound",
    "truncated",
    () => writeFiles(dir, { "TRAIN/DR1/FCJF0/SX37.WAV": sphere(spoken(first)).subarray(0, 2000) }),
    "SX37.WAV: must hold 3600 samples",
  ],
  [
    "an unknown phone",
    "label-out-of-range",
    () => writeFiles(dir, { "TRAIN/DR1/FCJF0/SX37.PHN": phnText([["zz", 9]]) }),
    "SX37.PHN: must name phones of TIMIT",
  ],
  [
    "only glottal stops",
    "empty",
    async () => {
      await rm(join(dir, "TRAIN/DR1"), { recursive: true });
      await writeFiles(dir, { "TRAIN/DR2/MABC0/SX5.PHN": phnText([["q", 3600]]) });
    },
    "must have sentences of 25 ms or more with phones",
  ],
  [
    "no sentences",
    "absent",
    async () => {
      await rm(join(dir, "TRAIN/DR1"), { recursive: true });
      await rm(join(dir, "TRAIN/DR2/MABC0/SX5.WAV"));
      await rm(join(dir, "TRAIN/DR2/MABC0/SX5.PHN"));
    },
    "must hold sentences as DR1/SPEAKER/SX37.WAV and .PHN",
  ],
])("without %s: %s", async (_, code, change, message) => {
  await writeFiles(dir, corpus());
  await change();
  await expect(readTimitFolder(dir)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test("reading stops once it is aborted; a folder of images it is not, nor the other way round", async () => {
  await writeFiles(dir, corpus());
  await expect(readTimitFolder(dir, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  await expect(readFolder(dir)).rejects.toThrow("must hold images; got speech, the corpus TIMIT; weightcast train and");
  await rm(join(dir, "TRAIN"), { recursive: true });
  await writeFiles(dir, { "train/dr1/eye.png": "no image", "train/dr2/eye.png": "no image" });
  expect(await timitIn(dir)).toBeUndefined();
});

test.each([
  ["TRAIN/DR1/FCJF0/SX37.WAV", true],
  ["timit/TIMIT/test/dr8/mdab0/si1.wav.wav", true],
  ["train/dr1/fcjf0/._sx37.wav", false],
  ["train/dr1/fcjf0/sx37.txt", false],
  ["train/dr9/fcjf0/sx37.wav", false],
])("%s is a file of the corpus: %s", (path, is) => expect(isTimitFile(path)).toBe(is));
