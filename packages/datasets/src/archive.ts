/** A published archive, as data: a tar file, gzip-compressed, of which some files are wanted. */
export interface Archive {
  /** Of its folder in the cache. */
  readonly name: string;
  readonly url: string;
  /** Of the archive, lower-case hexadecimal, as published. */
  readonly md5: string;
  /** Of the archive. */
  readonly bytes: number;
  /** The files wanted; nothing else is taken from it. */
  readonly files: readonly ArchiveFile[];
  /** Bytes that its other files and all headers may have, decompressed. Nothing is decompressed beyond that. */
  readonly rest: number;
}

export interface ArchiveFile {
  /** Inside the archive. */
  readonly path: string;
  readonly bytes: number;
}

const MIB = 2 ** 20;

/** Krizhevsky 2009: 50,000 + 10,000 images in six files of 10,000 records, 1 + 3072 bytes each. */
export const CIFAR10: Archive = {
  name: "cifar-10-binary",
  url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
  md5: "c32a1d4ab5d03f1284b67883e8d87530",
  bytes: 170_052_171,
  files: ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"].map((name) => ({
    path: `cifar-10-batches-bin/${name}.bin`,
    bytes: 10_000 * 3073,
  })),
  rest: MIB,
};

/** Krizhevsky 2009: 50,000 + 10,000 records of 2 + 3072 bytes. */
export const CIFAR100: Archive = {
  name: "cifar-100-binary",
  url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
  md5: "03b5dce01913d631647c71ecec9e9cb8",
  bytes: 168_513_733,
  files: [
    { path: "cifar-100-binary/train.bin", bytes: 50_000 * 3074 },
    { path: "cifar-100-binary/test.bin", bytes: 10_000 * 3074 },
  ],
  rest: MIB,
};

/** Coates, Ng, Lee 2011: 5,000 + 8,000 labelled images. The 100,000 unlabeled ones are left in the archive. */
export const STL10: Archive = {
  name: "stl10-binary",
  url: "https://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
  md5: "91f7769df0f17e558f3565bffb0c7dfb",
  bytes: 2_640_397_119,
  files: [
    { path: "stl10_binary/train_X.bin", bytes: 5_000 * 27_648 },
    { path: "stl10_binary/train_y.bin", bytes: 5_000 },
    { path: "stl10_binary/test_X.bin", bytes: 8_000 * 27_648 },
    { path: "stl10_binary/test_y.bin", bytes: 8_000 },
  ],
  rest: 100_000 * 27_648 + 2 * MIB,
};
