import { type CifarFormat, cifarDataset, lastIsTest } from "../formats/cifar";
import { type PublishedSet, words } from "./published-set";

/** Names of CIFAR-10's classes, by label. */
export const CIFAR10_CLASSES = words("airplane automobile bird cat deer dog frog horse ship truck");

/** Records of 1 + 3072 bytes. */
export const CIFAR10_FORMAT: CifarFormat = { labelBytes: 1, labelAt: 0, classes: 10, classNames: CIFAR10_CLASSES };

/** CIFAR-10: color photographs. */
export const CIFAR10 = {
  name: "cifar10",
  title: "CIFAR-10",
  shape: [32, 32, 3],
  classes: 10,
  classNames: CIFAR10_CLASSES,
  train: 50_000,
  test: 10_000,
  licence: "not stated by its authors, who ask to cite Krizhevsky 2009",
  source:
    "Krizhevsky 2009, Learning multiple layers of features from tiny images; " +
    "https://www.cs.toronto.edu/~kriz/cifar.html",
  files: {
    archive: {
      name: "cifar-10-binary",
      url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
      md5: "c32a1d4ab5d03f1284b67883e8d87530",
      bytes: 170_052_171,
      files: words("data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5 test_batch").map((name) => ({
        path: `cifar-10-batches-bin/${name}.bin`,
        bytes: 10_000 * 3073,
      })),
      rest: 2 ** 20,
    },
    read: (files) => cifarDataset("cifar10", CIFAR10_FORMAT, lastIsTest(files)),
  },
} satisfies PublishedSet;
