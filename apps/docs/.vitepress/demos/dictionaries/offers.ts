/** Option of a dictionary that the demo offers: one of some texts, or a number. */
type Option =
  | { readonly name: string; readonly choices: readonly string[] }
  | {
      readonly name: string;
      readonly value: number;
      readonly min: number;
      readonly max: number;
      readonly step: number;
    };

/** Dictionary that the demo offers. */
export interface Offer {
  /** Name of its module. */
  readonly name: string;
  readonly title: string;
  readonly options: readonly Option[];
  /** Fitted to MNIST's test images, resized to the grid. */
  readonly samples?: true;
}

const seed: Option = { name: "seed", value: 0, min: 0, max: 99, step: 1 };
const kernels = ["squared-exponential", "exponential", "matern-3/2", "matern-5/2", "rational-quadratic"];
const families = ["haar", "db2", "db4", "db8", "sym4", "sym8", "coif1", "coif3"];

/** Every kind of dictionary that comes with Weightcast, but those that need another network: its layer below, or its filters. */
export const offers: readonly Offer[] = [
  {
    name: "kernel",
    title: "kernel: ridge regression on the grid",
    options: [
      { name: "kernel", choices: kernels },
      { name: "lengthScale", value: 2, min: 0.5, max: 10, step: 0.5 },
    ],
  },
  {
    name: "fourier",
    title: "fourier: low frequencies first",
    options: [{ name: "basis", choices: ["cosine", "fourier", "hartley"] }],
  },
  {
    name: "wavelet",
    title: "wavelet: from coarse to fine",
    options: [
      { name: "family", choices: families },
      { name: "boundary", choices: ["periodization", "symmetric"] },
    ],
  },
  {
    name: "gaussian-derivative",
    title: "gaussian-derivative: what trained filters look like",
    options: [{ name: "scales", value: 1, min: 1, max: 3, step: 1 }],
  },
  { name: "gaussian", title: "gaussian: noise, a baseline", options: [seed] },
  { name: "identity", title: "identity: single inputs, a baseline", options: [] },
  { name: "covariance", title: "covariance of images", options: [], samples: true },
  { name: "principal-components", title: "principal-components of images", options: [], samples: true },
  { name: "kmeans", title: "kmeans: centroids of images", options: [seed], samples: true },
  { name: "kernel-fitted", title: "kernel-fitted: length scale of images", options: [], samples: true },
  { name: "autoencoder", title: "autoencoder of images, 5 epochs", options: [seed], samples: true },
];
