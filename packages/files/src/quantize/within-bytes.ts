import type { LayersModel } from "@tensorflow/tfjs-layers";
import { encodeModel, type WriteOptions } from "../model/encode";
import type { ModelNotes } from "../model/notes";
import type { WeightType } from "../types";
import { codesOf, valuesOf } from "./codes";
import { type Grid, gridFor, type ScaledBy } from "./grid";
import { type Quantization, quantization, roleOf } from "./quantization";

/** Types from large to small, of weights with two axes and more; uncompressed, only those whose integers share bytes are smaller. */
const ladders = {
  compressed: ["float32", "float16", "int8", "int7", "int6", "int5", "int4", "int3", "int2"],
  plain: ["float32", "float16", "int8", "int4", "int2"],
} as const;

/** Options of {@link quantizationWithin}. */
export interface BudgetOptions extends Pick<WriteOptions, "compress"> {
  /** Most bytes of the file, notes and topology included. */
  readonly bytes: number;
  /** Type of weights with fewer than two axes, such as biases. @default "float16" */
  readonly vectors?: WeightType;
  /** Values that share a scale. @default "column" */
  readonly scaledBy?: ScaledBy;
  readonly notes?: ModelNotes;
  /** Writer of the file. @default encodeModel */
  readonly encode?: typeof encodeModel;
}

/** A weight, and what each type of the ladder makes of it. */
interface Ladder {
  readonly name: string;
  readonly steps: readonly { readonly grid: Grid; readonly error: number; readonly bytes: number }[];
}

/**
 * Types with which a model's file has at most so many bytes, chosen weight by weight: from float32 down, each time the weight is
 * made smaller that loses least for the bytes it saves. The loss is the squared error relative to the weight's squared norm, ‖ΔW‖² / ‖W‖²,
 * since a layer's outputs are off by about that share; bytes are those of the codes, or their entropy if the file is compressed.
 *
 * @throws RangeError if the file would be larger even with int2 everywhere
 */
export async function quantizationWithin(model: LayersModel, options: BudgetOptions): Promise<Quantization> {
  const {
    bytes,
    vectors = "float16",
    scaledBy = "column",
    compress = false,
    notes = {},
    encode = encodeModel,
  } = options;
  if (!(bytes > 0)) throw new RangeError(`quantizationWithin: bytes must be above 0; got ${bytes}`);
  const start = quantization(model, { type: "float32", vectors, scaledBy });
  const all = model.weights
    .filter((weight) => start.has(weight.originalName) && weight.shape.length >= 2)
    .map((weight): Ladder => {
      const { originalName: name, shape } = weight;
      const values = weight.read().dataSync<"float32">();
      return {
        name,
        steps: stepsOf(values, shape as number[], roleOf(name), { scaledBy, compress }),
      };
    });
  const at = all.map(() => 0);
  const chosen = (): Quantization =>
    new Map([...start, ...all.map(({ name, steps }, i) => [name, steps[at[i]!]!.grid] as const)]);
  const sizeNow = async () => (await encode(model, notes, { quantization: chosen(), compress })).length;
  /** Bytes of the file that are not codes; measured again whenever the estimate is within the budget. */
  let rest = (await sizeNow()) - all.reduce((sum, { steps }) => sum + steps[0]!.bytes, 0);
  const estimate = () => rest + all.reduce((sum, { steps }, i) => sum + steps[at[i]!]!.bytes, 0);
  for (;;) {
    const next = cheapest(all, at);
    if (next === undefined || estimate() <= bytes) {
      const size = await sizeNow();
      if (size <= bytes) return chosen();
      if (next === undefined)
        throw new RangeError(
          `quantizationWithin: bytes must be at least ${size}, with int2 everywhere; got ${bytes}; a smaller file needs a model that learns fewer numbers`,
        );
      rest += size - estimate();
    }
    if (next !== undefined) at[next]!++;
  }
}

/** Index of the weight that loses least for the bytes it saves by its next smaller type; undefined if all have the smallest. */
function cheapest(all: readonly Ladder[], at: readonly number[]): number | undefined {
  let best: { readonly index: number; readonly price: number } | undefined;
  for (const [index, { steps }] of all.entries()) {
    const [now, next] = [steps[at[index]!]!, steps[at[index]! + 1]];
    if (!next) continue;
    const price = (next.error - now.error) / Math.max(1, now.bytes - next.bytes);
    if (!best || price < best.price) best = { index, price };
  }
  return best?.index;
}

function stepsOf(
  values: Float32Array,
  shape: readonly number[],
  role: string,
  { scaledBy, compress }: { scaledBy: ScaledBy; compress: boolean },
): Ladder["steps"] {
  const square = values.reduce((sum, value) => sum + value ** 2, 0) || 1;
  return ladders[compress ? "compressed" : "plain"].map((type) => {
    const grid = gridFor(values, { shape, role, type, scaledBy });
    const codes = codesOf(values, shape, grid);
    const rounded = valuesOf(codes, shape, grid);
    const error = values.reduce((sum, value, i) => sum + (value - rounded[i]!) ** 2, 0) / square;
    return { grid, error, bytes: bytesOf(codes, type, compress) };
  });
}

/** Bytes of codes in a file. */
function bytesOf(codes: ArrayLike<number> & ArrayBufferView, type: WeightType, compress: boolean): number {
  if (compress && type.startsWith("int")) return entropy(codes);
  const packed = type === "int4" ? 2 : type === "int2" ? 4 : 1;
  return Math.ceil(codes.byteLength / packed);
}

/** Bytes that an ideal code of the values' frequencies takes: n H / 8. */
function entropy(codes: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < codes.length; i++) counts.set(codes[i]!, (counts.get(codes[i]!) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / codes.length);
  return bits / 8;
}
