import { stl10Dataset } from "../formats/stl10";
import { type PublishedSet, words } from "./published-set";

/** Names of STL-10's classes, by label; the published files number them from 1. */
export const STL10_CLASSES = words("airplane bird car cat deer dog horse monkey ship truck");

/** STL-10: color photographs. Its 100,000 unlabeled images are not extracted. */
export const STL10 = {
  name: "stl10",
  title: "STL-10",
  shape: [96, 96, 3],
  classes: 10,
  classNames: STL10_CLASSES,
  train: 5000,
  test: 8000,
  licence: "not stated by its authors, who ask to cite Coates, Ng, Lee 2011",
  source:
    "Coates, Ng, Lee 2011, An analysis of single-layer networks in unsupervised feature learning; " +
    "https://cs.stanford.edu/~acoates/stl10/",
  files: {
    archive: {
      name: "stl10-binary",
      url: "https://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
      md5: "91f7769df0f17e558f3565bffb0c7dfb",
      bytes: 2_640_397_119,
      // The checksums are those that torchvision checks.
      files: [
        { path: "stl10_binary/train_X.bin", bytes: 5000 * 27_648, md5: "918c2871b30a85fa023e0c44e0bee87f" },
        { path: "stl10_binary/train_y.bin", bytes: 5000, md5: "5a34089d4802c674881badbb80307741" },
        { path: "stl10_binary/test_X.bin", bytes: 8000 * 27_648, md5: "7f263ba9f9e0b06b93213547f721ac82" },
        { path: "stl10_binary/test_y.bin", bytes: 8000, md5: "36f9794fa4beb8a2c72628de14fa638e" },
      ],
      rest: 100_000 * 27_648 + 2 * 2 ** 20,
    },
    read: (files) => stl10Dataset("stl10", STL10_CLASSES, files),
  },
} satisfies PublishedSet;
