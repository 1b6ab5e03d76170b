import type { PredictableLayer } from "@weightcast/models/plans";
import { sizeOf } from "@weightcast/types";
import type { LayerInput } from "./layers";
import { filtersName } from "./teacher";

/** Filling of a layer: a dictionary, its options, and how its atoms are chosen. */
interface Filling {
  readonly dictionary: string;
  readonly options?: Record<string, boolean | number | string>;
  /** @default "uniform" */
  readonly selection?: "uniform" | "leading" | "energy";
}

/** Filling with a number of columns of its own. */
type OwnFilling = Filling & { readonly columns?: number };

/**
 * Fillings by the names of the paper's figures (Denil et al. 2013, §4.1 and Figure 4). DCT (the lowest frequencies),
 * Gauss (the lowest derivatives of a Gaussian), PCA (principal components of the teacher's filters in the same layer), wavelet (the atoms with
 * the most energy in the images) and Prior (Emp without data) are ours.
 */
const fills = {
  RandCon: { dictionary: "identity" },
  RandFixU: { dictionary: "gaussian" },
  SE: { dictionary: "kernel", options: { kernel: "squared-exponential", lengthScale: 1 } },
  Emp: { dictionary: "covariance" },
  Emp2: { dictionary: "covariance", options: { of: "squares" } },
  Prior: { dictionary: "prior-covariance" },
  AE: { dictionary: "autoencoder", options: { size: 1000, epochs: 10 } },
  DCT: { dictionary: "fourier", options: { basis: "cosine" }, selection: "leading" },
  Gauss: { dictionary: "gaussian-derivative", selection: "leading" },
  PCA: { dictionary: filtersName, selection: "leading" },
  wavelet: { dictionary: "wavelet", selection: "energy" },
} as const satisfies Record<string, Filling>;

/** Methods of Figure 4 and ours for a perceptron: fillings of the first layer and of the others, or one for all. */
export const perceptronMethods = [
  "nokernel",
  "LowRank",
  "RandCon",
  "RandFixU",
  "SE-Emp",
  "SE-Emp2",
  "SE-AE",
  "DCT-Emp",
  "wavelet-Emp",
  "Emp-Emp",
  "SE-SE",
] as const;

/** Methods that help and messages list. */
export const methods = [
  ...perceptronMethods,
  "SE-Emp:2",
  "SE-Prior",
  "SE-Prior:2",
  "SE",
  "DCT",
  "Gauss",
  "PCA",
] as const;
/** Method by its name. */
export type Method = (typeof methods)[number];

/** Options of {@link layersBy}. */
export interface MethodOptions {
  /** Learned share of each layer's weights, in (0, 1]. */
  readonly proportion: number;
  /** J, for all layers or for each, unless the method has its own. @default the run's default */
  readonly columns?: number | ((layer: PredictableLayer) => number);
}

/**
 * Layers of a network under a method, by name. A method is `nokernel` (all dense), `LowRank` (fully connected layers), or a
 * filling for the first layer and one for the others, joined by a hyphen; a single name fills all. A filling may end with a colon
 * and its own number of columns: `SE-Emp:2`. In networks for images
 * layers whose dictionary would have one place, such as 1×1 convolutions, stay dense; depthwise convolutions have one column.
 * @throws RangeError for a method that is not known
 */
export function layersBy(
  method: string,
  layers: readonly PredictableLayer[],
  { proportion, columns }: MethodOptions,
): Record<string, LayerInput> {
  if (method === "nokernel") return {};
  const isFlat = layers[0]?.input.length === 1;
  const filled = layers.filter(({ input, kernel }) => isFlat || (input.length > 1 && sizeOf(kernel.slice(0, 2)) > 1));
  if (method === "LowRank")
    return Object.fromEntries(
      layers.filter(({ kind }) => kind === "connected").map(({ name }) => [name, { weights: "low-rank", proportion }]),
    );
  const [first, others] = fillingsOf(method);
  return Object.fromEntries(
    filled.map((layer, index): [string, LayerInput] => {
      const { dictionary, options = {}, selection = "uniform", columns: own = columns } = index === 0 ? first : others;
      const J = layer.kind === "depthwise" ? 1 : typeof own === "function" ? own(layer) : own;
      const filling = { weights: "factorized", dictionary, options, proportion, selection } as const;
      return [layer.name, J === undefined ? filling : { ...filling, columns: J }];
    }),
  );
}

/** Fillings of the first layer and of the others. @throws RangeError for a method that is not known */
function fillingsOf(method: string): readonly [OwnFilling, OwnFilling] {
  const parts = method.split("-").map((part) => /^(\w+)(?::([1-9]\d{0,5}))?$/.exec(part));
  const known = parts.every((part) => part && Object.hasOwn(fills, part[1]!));
  if (!known || parts.length > 2)
    throw new RangeError(
      `method must be nokernel, LowRank, or one or two of ${Object.keys(fills).join(", ")} joined by "-", each perhaps with its number of columns, as in SE-Emp:2; got ${JSON.stringify(method)}`,
    );
  const [first, others = first] = parts.map((part): OwnFilling => {
    const [, name, columns] = part!;
    return { ...fills[name as keyof typeof fills], ...(columns !== undefined && { columns: Number(columns) }) };
  });
  return [first!, others!];
}
