import { type LayerInput, layersBy, layersOf, type RunInput, type RunSpec, shareOf } from "@weightcast/runs/spec";
import { overSeeds } from "../../grid";
import { type CompressedCurve, type CompressedNetwork, networks, type Setting, settings } from "./settings";

/** Options of {@link deepCompression}. */
export interface DeepCompressionOptions {
  /** `quick`: a point or two of some curves with one seed, in minutes. `full`: every point with three seeds. @default "quick" */
  readonly preset?: "quick" | "full";
  /** @default both */
  readonly networks?: readonly CompressedNetwork[];
  /** @default all */
  readonly curves?: readonly CompressedCurve[];
  /**
   * Whether errors are measured on 10,000 training images that are kept out of training: for choosing settings.
   * @default false
   */
  readonly validation?: boolean;
  /** Passes over the training images; half as many follow, with rounded weights. @default 20 */
  readonly epochs?: number;
  /** Number of training images. @default all */
  readonly train?: number;
  /** @default [1] for `quick`; [1, 2, 3] for `full` */
  readonly seeds?: readonly number[];
}

/** Training images that take the place of the test images, so that no setting is chosen by its test error. */
const validationImages = 10_000;

/**
 * Runs about the size of model files on disk (as Han, Mao & Dally 2016): MNIST, LeNet-300-100 and LeNet-5; dense, narrower, or
 * with a part of the weights learned and the others predicted. All are made small alike: trained, rounded to few bits, trained
 * further with rounded weights, and compressed.
 * @throws RangeError naming a wrong option
 */
export function deepCompression(options: DeepCompressionOptions = {}): RunSpec[] {
  const { preset = "quick", seeds = preset === "full" ? [1, 2, 3] : [1] } = options;
  const chosen = settings.filter(
    ({ network, curve, quick }) =>
      (preset === "full" || quick) &&
      (options.networks?.includes(network) ?? true) &&
      (options.curves?.includes(curve) ?? true),
  );
  if (chosen.length === 0)
    throw new RangeError(
      `deep-compression: no setting of the ${preset} preset is on these curves; choose others, or the full preset`,
    );
  return overSeeds(
    "deep-compression",
    chosen.map((setting) => runOf(setting, options)),
    seeds,
  );
}

function runOf(setting: Setting, { validation = false, epochs, train }: DeepCompressionOptions) {
  const { model, training, rounded } = networks[setting.network];
  const rounds = epochs ?? training.epochs;
  const sizes = sizesOf(setting);
  return {
    label: labelOf(setting),
    data: {
      name: "mnist",
      ...(train !== undefined && { train }),
      ...(validation && { validation: validationImages }),
    },
    network: { model, ...sizes, layers: layersOfSetting(setting) },
    training: { ...training, epochs: rounds, augment: { crop: setting.crop ?? training.augment.crop } },
    quantization: {
      type: setting.type,
      ...(setting.types && { layers: { ...setting.types } }),
      epochs: Math.ceil(rounds / 2),
      rate: rounded,
      // The least that a file needs: what it was trained with is said by the record.
      vectors: "int8",
      origin: false,
    },
  } satisfies RunInput;
}

/** Name of a setting, which no other has: "DCT 15% 30% 300-100 int4", "narrower 4-8-32 int3". */
export function labelOf({
  network,
  curve,
  predicted = {},
  widths = networks[network].widths,
  type,
  types,
}: Setting): string {
  const shares = Object.values(predicted).map((layer) => `${Number((100 * learnedShare(layer)).toPrecision(3))}%`);
  const others = Object.entries(types ?? {}).map(([layer, other]) => `${layer} ${other}`);
  return [curve, ...shares, widths.join("-"), type, ...(others.length > 0 ? [`(${others.join(", ")})`] : [])].join(" ");
}

type Predicted = NonNullable<Setting["predicted"]>[string];

const isShort = (layer: Predicted): layer is readonly [method: string, share: number] => Array.isArray(layer);

function learnedShare(layer: Predicted): number {
  if (isShort(layer)) return layer[1];
  if (layer.weights === "dense") return 1;
  return typeof layer.proportion === "string" ? shareOf(layer.proportion) : layer.proportion;
}

function sizesOf({ network, widths = networks[network].widths }: Setting) {
  const sizes = [...widths];
  return networks[network].model === "mlp" ? { hidden: sizes, activation: "relu" as const } : { widths: sizes };
}

function layersOfSetting(setting: Setting): Record<string, LayerInput> {
  const layers = layersOf({ model: networks[setting.network].model, ...sizesOf(setting) });
  return Object.fromEntries(
    Object.entries(setting.predicted ?? {}).map(([name, predicted]): [string, LayerInput] => {
      if (!isShort(predicted)) return [name, predicted];
      const [method, proportion] = predicted;
      const filled = layersBy(
        method,
        layers.filter((layer) => layer.name === name),
        { proportion, columns: 1 },
      );
      // In an orthonormal basis all coefficients have a like scale, which is what rounding needs.
      return [name, { ...filled[name]!, basis: "orthonormal" } as LayerInput];
    }),
  );
}
