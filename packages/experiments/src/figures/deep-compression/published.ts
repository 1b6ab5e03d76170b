import type { PublishedPoint } from "@weightcast/report/claims";

/**
 * Deep Compression, Table 1 (Han, Mao & Dally 2016, *Deep compression: compressing deep neural networks with pruning, trained
 * quantization and Huffman coding*): test error on MNIST and bytes before and after. Its LeNet-5 is Caffe's, of 431,000 weights.
 */
export const published: readonly PublishedPoint[] = [
  { network: "LeNet-300-100", name: "before", bytes: 1_070_000, percent: 1.64 },
  { network: "LeNet-300-100", name: "Deep Compression", bytes: 27_000, percent: 1.58 },
  { network: "LeNet-5", name: "before", bytes: 1_720_000, percent: 0.8 },
  { network: "LeNet-5", name: "Deep Compression", bytes: 44_000, percent: 0.74 },
];

/** Where the points come from, for captions. */
export const source =
  "Deep Compression before and after (Han, Mao & Dally 2016, Table 1; its LeNet-5 is Caffe's, of 431,000 weights)";
