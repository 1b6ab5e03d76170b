import { input as inputTensor, type LayersModel, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { assemble, type PredictableLayer } from "./assemble";
import { shapes, symbols } from "./flow";
import type { Plan } from "./plan";
import type { LayerWeights } from "./weights";

/** Options that every network for images has. */
export interface NetworkOptions {
  /** Shape of an image, [rows, columns, channels]. @default [32, 32, 3] */
  readonly input?: readonly number[];
  /** Outputs: logits, for a loss that takes the softmax in. @default 10 */
  readonly classes?: number;
  /** Chooses the weights of a layer; called once for each that can be predicted, in order. @default all dense */
  readonly weights?: (layer: PredictableLayer) => LayerWeights;
  /** Every layer draws from a stream of its own, so that changing one leaves the others as they are. @default 0 */
  readonly seed?: number;
}

/** Makes a network for images: input [batch, rows, columns, channels], output [batch, classes]. */
export interface Network<Options extends NetworkOptions = NetworkOptions> {
  /** @throws RangeError for images that are too small, or weights that a layer refuses */
  (options?: Options): LayersModel;
  /**
   * The layers that a dictionary can predict, in order, without making the network: all layers with weights but the last,
   * which gives the logits. `weights` and `seed` change nothing here.
   */
  predictable(options?: Options): PredictableLayer[];
}

/** A network, by the function from its options to its plan. */
export function network<Options extends NetworkOptions>(
  name: string,
  planOf: (options: Options & { readonly input: readonly number[]; readonly classes: number }) => Plan,
): Network<Options> {
  const design = (options: Options | undefined) => {
    const { input = [32, 32, 3], classes = 10, ...rest } = options ?? ({} as Options);
    if (input.length !== 3 || !input.every(positive))
      throw new RangeError(`${name}: input must be [rows, columns, channels], all positive; got [${input.join(", ")}]`);
    if (!positive(classes)) throw new RangeError(`${name}: classes must be a positive integer; got ${classes}`);
    return { input, plan: planOf({ ...(rest as Options), input, classes }) };
  };
  const predictable = (options?: Options): PredictableLayer[] => {
    const { input, plan } = design(options);
    const found: PredictableLayer[] = [];
    const weights = (layer: PredictableLayer): LayerWeights => {
      found.push(layer);
      return { kind: "dense" };
    };
    assemble(plan, [null, ...input], shapes, { seed: 0, weights });
    return found;
  };
  const make = (options?: Options): LayersModel => {
    const { weights = () => ({ kind: "dense" }) as const, seed = 0 } = options ?? {};
    const { input, plan } = design(options);
    // Asked first: what `weights` or the shapes refuse costs nothing.
    const chosen = new Map(predictable(options).map((layer) => [layer.name, weights(layer)]));
    const inputs = inputTensor({ shape: [...input], name: "input" });
    const made: SymbolicTensor[] = [];
    const apply: typeof symbols.apply = (layer, given) => {
      const y = symbols.apply(layer, given);
      made.push(y);
      return y;
    };
    try {
      const from = ({ name }: PredictableLayer) => chosen.get(name)!;
      const outputs = assemble(plan, inputs, { ...symbols, apply }, { seed, weights: from });
      return model({ inputs, outputs, name });
    } catch (error) {
      if (made.length > 0) model({ inputs, outputs: made }).dispose();
      throw error;
    }
  };
  return Object.assign(make, { predictable });
}

const positive = (value: number) => Number.isInteger(value) && value > 0;
