import { layers } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { connectedLayer } from "./connected-layer";
import { convolutionLayer } from "./convolution-layer";
import type { Flow } from "./flow";
import { moreChannels, plainLayer, sampling } from "./plain-layer";
import type { Connected, Convolution, Part, Plan, Residual } from "./plan";
import { fanIn, gainOf, type LayerWeights } from "./weights";

/** A layer that a dictionary can predict: what one has to know to make a dictionary for it. */
export interface PredictableLayer {
  /** Its name in the model. */
  readonly name: string;
  /** Rows and columns of its window; of a fully connected layer the whole map, [1, 1] where that has no rows and columns. */
  readonly kernel: readonly [number, number];
  /** Of its input. Dense, its weights are [rows · columns · channels, filters]. */
  readonly channels: number;
  /** n_h: filters, or units of a fully connected layer. */
  readonly filters: number;
  /** Rows and columns of the map it is given. */
  readonly input: readonly [number, number];
}

/** What a plan leaves open. */
export interface Assembly {
  readonly seed: number;
  /** Called for each layer that can be predicted, in order. */
  readonly weights: (layer: PredictableLayer) => LayerWeights;
}

/**
 * Leads an input through the parts of a plan.
 * @returns what comes out
 * @throws RangeError where the input is too small for a part, or a layer refuses its weights
 */
export function assemble<X>({ activation, parts }: Plan, input: X, flow: Flow<X>, { seed, weights }: Assembly): X {
  const counts: Record<string, number> = {};
  const numbered = (kind: string) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
    return `${kind}_${counts[kind]}`;
  };
  const sizes = (x: X) => flow.shapeOf(x).slice(1) as number[];
  const apply = (layer: layers.Layer, ...inputs: X[]): X => {
    const y = flow.apply(layer, inputs);
    if (sizes(y).some((size) => size < 1))
      throw new RangeError(
        `models: images of [${sizes(input).join(", ")}] are too small for this network: ${layer.name} leaves [${sizes(y).join(", ")}]; give it larger ones`,
      );
    return y;
  };
  const start = (name: string, gain: number) => ({ name, gain, seed: stream(seed, name).uint32() });

  const convolution = (part: Convolution, x: X): X => {
    const { name, filters, size, strides = 1, padding = "same", useBias = true } = part;
    const [height, width, channels] = sizes(x) as [number, number, number];
    const kernel: [number, number] = [size, size];
    const from = weights({ name, kernel, channels, filters, input: [height, width] });
    const gain = gainOf(activation) * fanIn(channels, filters);
    const window = { ...start(name, gain), filters, kernelSize: kernel, strides, padding, useBias };
    return apply(convolutionLayer(from, window), x);
  };

  const connected = ({ name, units, logits = false }: Connected, x: X): X => {
    const shape = sizes(x);
    const flat = shape.length === 1;
    const [height, width, channels] = flat ? [1, 1, shape[0]!] : (shape as [number, number, number]);
    const map: [number, number] = [height, width];
    const from: LayerWeights = logits
      ? { kind: "dense" }
      : weights({ name, kernel: map, channels, filters: units, input: map });
    const flatten = (y: X) => apply(layers.flatten({ name: `${name}_flatten` }), y);
    const gain = logits ? 1 : gainOf(activation);
    if (flat || from.kind !== "factorized") {
      const connection = { ...start(name, gain * fanIn(height * width * channels, units)), units };
      return apply(connectedLayer(from, connection), flat ? x : flatten(x));
    }
    // As a convolution whose window is the whole map: its dictionary knows rows and columns then.
    const window = { filters: units, kernelSize: map, strides: 1, padding: "valid", useBias: true } as const;
    return flatten(apply(convolutionLayer(from, { ...start(name, gain * fanIn(channels, units)), ...window }), x));
  };

  const residual = ({ strides, body }: Residual, x: X): X => {
    const y = run(body, x);
    const sampled = strides === 1 ? x : apply(sampling(numbered("sampling"), strides), x);
    const more = sizes(y)[2]! - sizes(x)[2]!;
    const shortcut = more === 0 ? sampled : apply(moreChannels(numbered("channels"), more), sampled);
    return apply(layers.add({ name: numbered("sum") }), y, shortcut);
  };

  const run = (some: readonly Part[], first: X): X =>
    some.reduce((x, part) => {
      switch (part.kind) {
        case "convolution":
          return convolution(part, x);
        case "connected":
          return connected(part, x);
        case "residual":
          return residual(part, x);
        default:
          return apply(plainLayer(part, numbered(part.kind), activation), x);
      }
    }, first);
  return run(parts, input);
}
