import * as tf from "@tensorflow/tfjs-core";
import type { CompileError } from "../kernels/kernel";
import { trace } from "../trace/trace";
import type { Sample } from "./agree";
import { kernelSamples } from "./kernel-samples";
import { type LayerSample, layerSamples } from "./layer-samples";
import { withReshapeMethod } from "./tensor-methods";

/**
 * - `yes`: compiled
 * - `no`: a CompileError
 * - `none`: TensorFlow.js has no gradient either, or there is nothing to differentiate by
 */
export type Status = "yes" | "no" | "none";

/** Whether something compiles: its results, and their gradients. */
export interface Coverage {
  readonly forward: Status;
  readonly gradient: Status;
}

type Trees = readonly tf.Tensor[];

/** Call of a layer and its gradients with respect to its float inputs and its weights, as functions to compile. */
export interface LayerFunctions {
  readonly samples: readonly Sample[];
  readonly forward: (inputs: Trees) => Trees;
  /** Missing if there is nothing to differentiate by. */
  readonly gradients?: (inputs: Trees) => Trees;
  dispose(): void;
}

/** Functions of a layer whose weights are fixed numbers. */
export function layerFunctions({ make, inputs, integersBelow, training = true }: LayerSample): LayerFunctions {
  const layer = make();
  const samples = inputs.map((shape, k): Sample => {
    const size = tf.util.sizeFromShape([...shape]);
    const values = Array.from({ length: size }, (_, i) =>
      integersBelow ? i % integersBelow : Math.sin(1 + k + 3 * i),
    );
    return { shape, dtype: integersBelow ? "int32" : "float32", values };
  });
  const apply = (x: Trees, training: boolean): Trees =>
    [layer.apply(x.length === 1 ? x[0]! : [...x], { training }) as tf.Tensor | tf.Tensor[]].flat();
  tf.tidy(() => {
    // Layers create their weights when they are first called.
    apply(
      samples.map(({ values, shape, dtype }) => tf.tensor([...values], [...shape], dtype)),
      false,
    );
    layer.setWeights(
      layer.getWeights().map(({ shape, size }) =>
        tf.tensor(
          Float32Array.from({ length: size }, (_, i) => 0.5 + 0.4 * Math.sin(1 + i)),
          shape,
        ),
      ),
    );
  });
  const loss = (x: Trees) => weighted(apply(x, training));
  const differentiable = [
    ...(integersBelow ? [] : ["inputs"]),
    ...(layer.trainableWeights.length > 0 ? ["weights"] : []),
  ];
  return {
    samples,
    forward: (x) => apply(x, false),
    ...(differentiable.length > 0 && {
      gradients: (x: Trees) => [
        ...(differentiable.includes("inputs") ? tf.grads((...y) => loss(y))([...x]) : []),
        ...(differentiable.includes("weights") ? Object.values(tf.variableGrads(() => loss(x)).grads) : []),
      ],
    }),
    dispose: () => layer.dispose(),
  };
}

/** Sum of all results, with weights that are all different. */
const weighted = (results: Trees): tf.Scalar =>
  tf.addN(
    results.map((y) =>
      tf.sum(
        tf.mul(
          y,
          tf.tensor(
            Float32Array.from({ length: y.size }, (_, i) => Math.sin(1 + i)),
            y.shape,
          ),
        ),
      ),
    ),
  ) as tf.Scalar;

/** Coverage of every layer of `layerSamples`, by name. */
export const layerCoverage = (): ReadonlyMap<string, Coverage> =>
  new Map(
    Object.entries(layerSamples).map(([name, sample]) => {
      const { forward, gradients, samples, dispose } = layerFunctions(sample);
      const coverage = {
        forward: compiles(forward, samples),
        gradient: gradients ? compiles(gradients, samples) : "none",
      } as const;
      dispose();
      return [name, coverage];
    }),
  );

/** Coverage of every kernel of `kernelSamples`, by name. */
export const kernelCoverage = (): ReadonlyMap<string, Coverage> =>
  new Map(
    Object.entries(kernelSamples).map(([name, { fn, samples }]) => {
      const all = (x: Trees) => [fn(...x)].flat();
      const isFloat = ({ dtype }: { readonly dtype: string }) => dtype === "float32";
      const gradients = (x: Trees) =>
        tf.grads((...wanted) => {
          const next = wanted.values();
          const inputs = x.map((tensor) => (isFloat(tensor) ? next.next().value! : tensor));
          return weighted(all(inputs).map((y) => tf.cast(y, "float32")));
        })(x.filter(isFloat));
      const gradient = samples.some(isFloat) ? compiles(gradients, samples) : "none";
      return [name, { forward: compiles(all, samples), gradient }] as const;
    }),
  );

function compiles(fn: (inputs: Trees) => Trees, samples: readonly Sample[]): Status {
  try {
    withReshapeMethod(() => trace<Trees, Trees>(fn, samples));
    return "yes";
  } catch (error) {
    if (hasNoGradient(error)) return "none";
    if (isNotCompiled(error)) return "no";
    throw error;
  }
}

const hasNoGradient = (error: unknown) => /gradient function not found|Cannot compute gradient/.test(String(error));

/** Whether an error says that something is not compiled, or that TensorFlow.js has no gradient of it. */
export const isNotCompiled = (error: unknown): boolean =>
  (error as Partial<CompileError>).code !== undefined || hasNoGradient(error);
