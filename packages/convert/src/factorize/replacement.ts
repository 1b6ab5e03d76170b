import * as tf from "@tensorflow/tfjs-core";
import {
  type FactorizedBasics,
  type FactorizedLayer,
  factorizedConv1d,
  factorizedConv2d,
  factorizedDense,
  factorizedDepthwiseConv2d,
  type Pair,
} from "@weightcast/core";
import type { ConvertibleLayer } from "../layers/layers-of";
import type { Layer } from "../model/parts";

/** Options of a factorized layer that its ordinary one does not decide. */
export type Predicted = Pick<
  FactorizedBasics,
  "dictionary" | "rank" | "selection" | "columns" | "basis" | "order" | "seed"
>;

/** Factorized layer in place of an ordinary one, not built, with the same name, window, activation and bias. */
export function factorizedFrom({ className, kernel, layer }: ConvertibleLayer, predicted: Predicted): FactorizedLayer {
  const { batchInputShape, name, trainable } = layer;
  const config = layer.getConfig() as unknown as OrdinaryConfig;
  const basics = {
    ...predicted,
    name,
    trainable,
    activation: activationName(config),
    useBias: config.useBias,
    ...(batchInputShape && { inputShape: batchInputShape.slice(1) }),
  };
  return make(className, { ...basics, ...sizesOf(className, kernel, config) });
}

/** The same layer, built outside of a model. Its weights lack the layer's name in theirs, so no file takes them. */
export function builtFrom(from: ConvertibleLayer, predicted: Predicted): FactorizedLayer {
  const layer = factorizedFrom(from, predicted);
  layer.build(inputShapeOf(from.layer, from.kernel));
  return layer;
}

interface OrdinaryConfig {
  readonly activation?: string | { readonly className?: string };
  readonly useBias: boolean;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: "valid" | "same";
}

/** Name of an activation, as tf.layers writes it into a configuration. */
const activationName = ({ activation }: OrdinaryConfig): NonNullable<FactorizedBasics["activation"]> =>
  ((typeof activation === "string" ? activation : activation?.className) ?? "linear") as never;

/** Options that say the layer's outputs, and its window if it has one. */
function sizesOf(className: ConvertibleLayer["className"], kernel: readonly number[], config: OrdinaryConfig) {
  if (className === "Dense") return { units: kernel[1]! };
  const { padding } = config;
  const of = ([first, second]: readonly number[]): number | Pair => (second === undefined ? first! : [first!, second]);
  const window = {
    kernelSize: of(config.kernelSize),
    strides: of(config.strides),
    dilationRate: of(config.dilationRate),
    padding,
  };
  return className === "DepthwiseConv2D"
    ? { ...window, depthMultiplier: kernel[3]! }
    : { ...window, filters: kernel.at(-1)! };
}

function make(className: ConvertibleLayer["className"], options: object): FactorizedLayer {
  switch (className) {
    case "Dense":
      return factorizedDense(options as Parameters<typeof factorizedDense>[0]);
    case "Conv1D":
      return factorizedConv1d(options as Parameters<typeof factorizedConv1d>[0]);
    case "Conv2D":
      return factorizedConv2d(options as Parameters<typeof factorizedConv2d>[0]);
    case "DepthwiseConv2D":
      return factorizedDepthwiseConv2d(options as Parameters<typeof factorizedDepthwiseConv2d>[0]);
  }
}

/** Shape of a layer's input; of one that only a wrapper calls, with all that its kernel says. */
function inputShapeOf(layer: Layer, kernel: readonly number[]): (number | null)[] {
  const shape = layer.inboundNodes[0]?.inputShapes[0];
  if (Array.isArray(shape)) return shape as (number | null)[];
  return [...kernel.slice(0, -2).map(() => null), null, kernel.at(-2)!];
}

/** Writes W and b into an ordinary layer. */
export function writeWeights(
  layer: Layer,
  kernel: readonly number[],
  w: ArrayLike<number>,
  b?: ArrayLike<number>,
): void {
  tf.tidy(() => {
    layer.weights[0]!.write(tf.tensor(Float32Array.from(w), [...kernel]));
    if (b) layer.weights[1]!.write(tf.tensor1d(Float32Array.from(b)));
  });
}
