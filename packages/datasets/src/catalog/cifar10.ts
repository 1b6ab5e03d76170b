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
      // The checksums are those that torchvision for Ruby checks.
      files: [
        ["data_batch_1", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"],
        ["data_batch_2", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"],
        ["data_batch_3", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"],
        ["data_batch_4", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"],
        ["data_batch_5", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"],
        ["test_batch", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"],
      ].map(([name, sha256]) => ({ path: `cifar-10-batches-bin/${name}.bin`, bytes: 10_000 * 3073, sha256: sha256! })),
      rest: 2 ** 20,
    },
    read: (files) => cifarDataset("cifar10", CIFAR10_FORMAT, lastIsTest(files)),
  },
} satisfies PublishedSet;
