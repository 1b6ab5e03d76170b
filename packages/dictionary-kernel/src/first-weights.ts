import {
  checkDomain,
  checkIndices,
  checkOptions,
  type Dictionary,
  dictionaries,
  type LayerBelow,
  leading,
  quoted,
  shown,
  uniform,
} from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { type Json, sizeOf } from "@weightcast/types";

/** First weights of a layer that a recipe describes, up to one factor for each column. */
export interface FirstWeights {
  /** Resolved description. */
  readonly layer: Required<LayerBelow>;
  readonly dictionary: Dictionary;
  readonly inputs: number;
  /** J: 1 if all columns have the same atoms. */
  readonly columns: number;
  /** Operations that `weights` takes, of which a core does about 10⁹ a second. */
  readonly work: number;
  /** W = U V, [n_v, n_h], with V of unit variance. */
  readonly weights: () => Float64Array;
}

/** Largest numbers of inputs and of units: those of a covariance. */
const most = 2 ** 14;
/** Largest numbers of W and of U, and of products that U takes: beyond them a wrong number in a recipe would take minutes. */
const [mostNumbers, mostProducts] = [2 ** 26, 2 ** 36];

/** Operations for an entry of U, a product of its solve, a draw of V and an index shuffled by a uniform choice. */
const costs = { entry: 350, product: 5, draw: 100, index: 160 } as const;

/**
 * First weights of a layer, computed again from its description: U_j from its dictionary, whose module must be registered, and V
 * normal from `stream(seed, "coefficients")`, one column after another, as the layer itself draws it.
 * @param who the caller's name, for messages
 * @throws RangeError for a description that no layer has, or one beyond the limits; nothing is computed before `weights` is called
 */
export function firstWeights(who: string, below: LayerBelow): FirstWeights {
  const layer = resolved(`${who}: below`, below);
  const dictionary = dictionaryBelow(`${who}: below`, layer);
  const { size } = dictionary;
  checkChoice(`${who}: below`, layer, size);
  const { units, rank, selection } = layer;
  const inputs = sizeOf(dictionary.domain);
  const columns = isShared(layer, size) ? 1 : layer.columns;
  checkSizes(`${who}: below`, { inputs, units, columns, rank });
  const drawn = costs.draw * rank * units + costs.index * (selection === "uniform" ? columns * size : 0);
  const formed = inputs * rank * (columns * (costs.entry + costs.product * rank) + units);
  const work = (dictionary.work ?? 0) + drawn + formed;
  return { layer, dictionary, inputs, columns, work, weights: () => weightsOf(layer, dictionary, columns) };
}

/** U V, [n_v, n_h]. */
function weightsOf(layer: Required<LayerBelow>, dictionary: Dictionary, columns: number): Float64Array {
  const { units, rank, seed } = layer;
  const inputs = sizeOf(dictionary.domain);
  const each = units / columns;
  const { normal } = stream(seed, "coefficients");
  const w = new Float64Array(inputs * units);
  for (let column = 0; column < columns; column++) {
    const u = dictionary.atoms(indicesOf(layer, dictionary.size, column)).data;
    const v = Float64Array.from({ length: rank * each }, normal);
    for (let i = 0; i < inputs; i++)
      for (let a = 0, at = i * units + column * each; a < rank; a++) {
        const entry = u[i * rank + a]!;
        for (let k = 0; k < each; k++) w[at + k] = w[at + k]! + entry * v[a * each + k]!;
      }
  }
  return w;
}

/** Atoms of a column, as the layer chooses them. */
function indicesOf({ selection, rank, seed }: Required<LayerBelow>, size: number, column: number): readonly number[] {
  if (typeof selection === "object") return selection[column]!;
  if (selection === "leading" || rank === size) return leading(size, rank);
  return uniform(size, rank, seed, `atoms/${column}`);
}

/** @throws RangeError if the dictionary has no such atoms, or the columns do not divide the units */
function checkChoice(who: string, { rank, columns, units, selection }: Required<LayerBelow>, size: number): void {
  if (rank > size)
    throw new RangeError(`${who}.rank must be at most ${size}, the atoms of its dictionary; got ${rank}`);
  if (units % columns !== 0)
    throw new RangeError(`${who}.columns must be a divisor of its units, ${units}; got ${columns}`);
  if (typeof selection !== "object") return;
  if (selection.length !== columns || !selection.every((set) => Array.isArray(set) && set.length === rank))
    throw new RangeError(`${who}.selection must hold ${columns} lists, one for each column, of ${rank} indices`);
  for (const set of selection) checkIndices(`${who}.selection`, set, size);
}

/** @throws RangeError if W, U or the products that U takes are beyond the limits */
function checkSizes(who: string, sizes: Record<"inputs" | "units" | "columns" | "rank", number>): void {
  const { inputs, units, columns, rank } = sizes;
  const entries = inputs * columns * rank;
  if (inputs * units > mostNumbers)
    throw new RangeError(`${who}.units must be at most ${mostNumbers} / inputs, ${inputs}; got ${units}`);
  if (entries > mostNumbers)
    throw new RangeError(`${who}.rank must be at most ${mostNumbers} / (inputs · columns); got ${rank}`);
  if (entries * rank > mostProducts)
    throw new RangeError(
      `${who}.rank must be such that inputs · columns · rank² is at most ${mostProducts}; got ${rank}`,
    );
}

/** The description with its defaults. @throws RangeError or TypeError if an entry is not what it must be */
function resolved(who: string, below: LayerBelow): Required<LayerBelow> {
  const names = ["dictionary", "rank", "units", "columns", "selection", "seed"] as const;
  const {
    dictionary,
    rank,
    units,
    columns = 1,
    selection = "uniform",
    seed = 0,
  } = checkOptions<LayerBelow>(who, below, names);
  for (const [name, count] of Object.entries({ rank, units, columns }))
    if (!Number.isInteger(count) || count! < 1 || count! > most)
      throw new RangeError(`${who}.${name} must be an integer in [1, ${most}]; got ${shown(count)}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`${who}.seed must be a safe integer; got ${shown(seed)}`);
  if (selection !== "uniform" && selection !== "leading" && !Array.isArray(selection))
    throw new RangeError(
      `${who}.selection must be "uniform", "leading" or a list of indices for each column; got ${quoted(selection)}`,
    );
  const { name, domain, options } = Object(dictionary) as Partial<LayerBelow["dictionary"]>;
  if (typeof name !== "string" || !Array.isArray(domain) || options === undefined)
    throw new RangeError(
      `${who}.dictionary must be a recipe { name, domain, options }; got ${quoted(dictionary as Json | undefined)}`,
    );
  return { dictionary: { name, domain, options }, rank: rank!, units: units!, columns, selection, seed };
}

/** @throws RangeError if it can't be made, or its domain is too large */
function dictionaryBelow(who: string, { dictionary: { name, domain, options } }: Required<LayerBelow>): Dictionary {
  const inputs = sizeOf(checkDomain(`${who}.dictionary`, domain));
  if (!(inputs <= most))
    throw new RangeError(`${who}.dictionary must have at most ${most} inputs; got ${inputs}, [${domain}]`);
  const module = dictionaries.get(name);
  if (module.needs !== "domain")
    throw new RangeError(
      `${who}.dictionary must be one that its recipe makes again; got "${name}", which is made from samples`,
    );
  return module.create({ domain }, options);
}

/** Whether all columns have the same atoms, so that the layer has one. */
function isShared({ selection, rank }: Required<LayerBelow>, size: number): boolean {
  if (typeof selection !== "object") return selection === "leading" || rank === size;
  const [first, ...others] = selection;
  return others.every((set) => set.every((index, k) => index === first![k]));
}
