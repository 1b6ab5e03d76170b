import { initializers, layers } from "@tensorflow/tfjs-layers";
import { factorizedDense } from "@weightcast/core";
import type { Dictionary } from "@weightcast/dictionary";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian, identity } from "@weightcast/dictionary-random";
import type { FilterPicture } from "@weightcast/runs";
import { InterruptedError, levelsOf } from "@weightcast/runs";
import { adam, arrays, type CheckpointStorage, cosine, train } from "@weightcast/training";
import type { PatchData } from "./patch-data";
import { type FeatureLayer, icaModel, matrixOf, reconstructionIca } from "./reconstruction-ica";
import { type Fig6Settings, type Fit, fixed } from "./settings";

/** Result of a fit; everything is measured on the patches of the test images, except `trainLoss`. */
export interface FitResult extends Fit {
  /** L, per patch. */
  readonly loss: number;
  /** ‖W Wᵀ x − x‖² as a share of ‖x‖². */
  readonly reconstruction: number;
  /** Σ_j log cosh(w_jᵀ x), per patch. */
  readonly sparsity: number;
  /** L in the last epoch, on the patches learned from. */
  readonly trainLoss: number;
  /** Learned numbers. */
  readonly learned: number;
  readonly seconds: number;
  /** Some filters, columns of W, on the grid [side, side, channels]. */
  readonly filters: readonly FilterPicture[];
}

/** Surroundings of a fit. */
export interface FitContext {
  readonly execution: "auto" | "compiled" | "eager";
  readonly storage: CheckpointStorage;
  readonly signal: AbortSignal;
}

/** Filters that are kept as pictures. */
const pictured = 24;

/**
 * Fits W of a reconstruction ICA, from its checkpoint if there is one.
 * @throws InterruptedError once the signal is aborted, with a checkpoint stored
 */
export async function fitIca(
  fit: Fit,
  { train: learned, test, inputs, channels, digest }: PatchData,
  settings: Fig6Settings,
  { execution, storage, signal }: FitContext,
): Promise<FitResult> {
  const layer = featuresOf(fit, channels, settings);
  const model = icaModel(layer, inputs);
  const source = (values: Float32Array, shuffle: boolean) =>
    arrays({ values, shape: [inputs] }, new Int32Array(values.length / inputs), {
      ...{ batchSize: fixed.batchSize, seed: fit.seed, shuffle },
    });
  const { epochs, rate, lambda } = settings;
  const examples = source(learned, true);
  try {
    const { status, history, seconds } = await train(model, examples, {
      ...{ epochs, execution, signal, optimizer: adam(), task: reconstructionIca(lambda) },
      schedule: cosine(rate, epochs * examples.batchesPerEpoch),
      evaluation: { source: source(test, false), every: epochs },
      checkpoint: { storage, every: 2000, meta: { fit: { ...fit }, digest, rate } },
      compile: { threads: 1 }, // several fits go on at once
      onEvent: () => {},
    });
    if (status === "interrupted") throw new InterruptedError();
    const { loss, evaluation } = history.at(-1)!;
    const { reconstruction, sparsity } = evaluation!.metrics as { reconstruction: number; sparsity: number };
    return {
      ...fit,
      ...{ loss: evaluation!.loss, reconstruction, sparsity, trainLoss: loss, seconds },
      learned: layer.trainableWeights.reduce(
        (sum, { shape }) => sum + (shape as number[]).reduce((a, b) => a * b, 1),
        0,
      ),
      filters: picturesOf(layer),
    };
  } finally {
    model.dispose();
  }
}

/** Layer of features of a method. All start with the variance of Glorot's initialization. */
function featuresOf({ method, proportion, seed }: Fit, channels: number, settings: Fig6Settings): FeatureLayer {
  const { features, columns } = settings;
  if (method === "dense" || method === "narrower")
    return layers.dense({
      units: Math.max(1, Math.round(features * proportion)),
      useBias: false,
      kernelInitializer: initializers.glorotNormal({ seed }),
    });
  return factorizedDense({
    ...{ units: features, useBias: false, seed, columns, rank: { proportion } },
    dictionary: dictionaryOf(method, channels, seed),
    basis: "orthonormal",
  });
}

/** Length scale across channels at which the kernel knows no neighbors: exp(−1 / 2σ²) is 0. */
const apart = 0.02;

/** Dictionary over a patch, [side, side, channels]; the kernel is the same in each channel, and knows no others. */
function dictionaryOf(method: "SE" | "RandFixU" | "RandCon", channels: number, seed: number): Dictionary {
  const domain = [fixed.side, fixed.side, channels];
  if (method === "RandFixU") return gaussian(domain, { seed });
  if (method === "RandCon") return identity(domain);
  const { lengthScale, ridge } = fixed;
  return kernel(domain, { kernel: "squared-exponential", lengthScale: [lengthScale, lengthScale, apart], ridge });
}

/** Pictures of columns of W, spread evenly. */
function picturesOf(layer: FeatureLayer): FilterPicture[] {
  const matrix = matrixOf(layer);
  const [inputs, features] = matrix.shape;
  const data = matrix.dataSync<"float32">();
  matrix.dispose();
  const count = Math.min(pictured, features);
  return Array.from({ length: count }, (_, i) => {
    const unit = Math.floor((i * features) / count);
    const column = Array.from({ length: inputs }, (_, k) => data[k * features + unit]!);
    return { predicted: levelsOf(column) };
  });
}
