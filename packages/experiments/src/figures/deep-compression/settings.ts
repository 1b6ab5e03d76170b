import type { LayerInput, RunInput } from "@weightcast/runs/spec";

/**
 * Networks of the figure by name: the model, widths of its layers without the last, and how it is trained, first exactly, then with rounded
 * weights. The numbers were chosen by the errors on 10,000 training images that were kept out of training (`--validation`).
 */
export const networks = {
  "LeNet-300-100": {
    model: "mlp",
    widths: [300, 100],
    layers: ["hidden_1", "hidden_2"],
    training: { epochs: 20, rate: 0.1, weightDecay: 3e-4, augment: { crop: 1 } },
    rounded: 0.02,
  },
  "LeNet-5": {
    model: "lenet5",
    widths: [6, 16, 120, 84],
    layers: ["conv_1", "conv_2", "fc_1", "fc_2"],
    training: { epochs: 12, rate: 0.05, weightDecay: 5e-4, augment: { crop: 2 } },
    rounded: 0.02,
  },
} as const satisfies Readonly<Record<string, NetworkChoice>>;

interface NetworkChoice {
  readonly model: "mlp" | "lenet5";
  readonly widths: readonly number[];
  /** Layers that can be predicted. */
  readonly layers: readonly string[];
  readonly training: RunInput["training"] & { readonly augment: { readonly crop: number } };
  /** Learning rate at the start of the epochs with rounded weights. */
  readonly rounded: number;
}

/** Name of a network of the figure. */
export type CompressedNetwork = keyof typeof networks;

/** Curves: the dense network, narrower dense networks, and networks whose first layers a dictionary predicts, by the dictionary. */
export const curves = ["dense", "narrower", "DCT", "SE", "wavelet", "random"] as const;

/** Name of a curve of the figure. */
export type CompressedCurve = (typeof curves)[number];

/** Point of a curve: a network, and the types in which its file holds its weights. */
export interface Setting {
  readonly network: CompressedNetwork;
  readonly curve: CompressedCurve;
  /** Widths of the layers. @default the network's */
  readonly widths?: readonly number[];
  /**
   * Predicted layers: a method of `layersBy` for one layer and the share that is learned, or the whole specification of the
   * layer. @default none
   */
  readonly predicted?: Readonly<Record<string, readonly [method: string, share: number] | LayerInput>>;
  /** Type of the weights of all layers. */
  readonly type: string;
  /** Types of layers that have another one. */
  readonly types?: Readonly<Record<string, string>>;
  /** Pixels by which training images are shifted at most. @default the network's */
  readonly crop?: number;
  /** Whether the quick preset has it. @default false */
  readonly quick?: boolean;
}

type Row = Omit<Setting, "network" | "curve">;

const of = (network: CompressedNetwork, curve: CompressedCurve, rows: readonly Row[]): readonly Setting[] =>
  rows.map((row) => ({ network, curve, ...row }));

/** Both hidden layers predicted: the first by `method`, the second by Gaussian atoms. */
const both = (method: string, first: number, second: number) => ({
  predicted: { hidden_1: [method, first], hidden_2: ["RandFixU", second] } as const,
});

/** LeNet-5 with its larger layers predicted: the second convolution and the first connected layer by `method`. */
const large = (method: string, second: number, first: number, last: number) => ({
  predicted: { conv_2: [method, second], fc_1: [method, first], fc_2: ["RandFixU", last] } as const,
});

const fillings = [
  ["DCT", "DCT"],
  ["SE", "SE"],
  ["wavelet", "wavelet"],
  ["random", "RandFixU"],
] as const;

/** All points of the figure, each curve from its largest file to its smallest. */
export const settings: readonly Setting[] = [
  ...of("LeNet-300-100", "dense", [{ type: "int4", quick: true }, { type: "int3" }, { type: "int2" }]),
  ...of("LeNet-300-100", "narrower", [
    { widths: [70, 50], type: "int3", quick: true },
    { widths: [50, 30], type: "int3" },
    { widths: [30, 20], type: "int4" },
    { widths: [14, 10], type: "int4" },
  ]),
  ...fillings.flatMap(([curve, method]) =>
    of("LeNet-300-100", curve, [
      ...(curve === "DCT" ? [{ ...both(method, 0.25, 0.4), type: "int4" }] : []),
      { ...both(method, 0.15, 0.4), type: "int3", quick: curve === "DCT" || curve === "random" },
      { ...both(method, 0.1, 0.3), widths: [200, 100], type: "int3" },
      ...(curve === "DCT" ? [{ ...both(method, 0.06, 0.12), type: "int3" }] : []),
    ]),
  ),
  ...of("LeNet-5", "dense", [{ type: "int4" }, { type: "int2" }]),
  ...of("LeNet-5", "narrower", [
    { widths: [6, 16, 60], type: "int4", crop: 1 },
    { widths: [4, 8, 32], type: "int3", crop: 1, quick: true },
    { widths: [4, 8], type: "int3", crop: 1 },
  ]),
  ...of("LeNet-5", "DCT", [{ ...large("DCT", 0.6, 0.4, 0.4), type: "int4" }]),
];
