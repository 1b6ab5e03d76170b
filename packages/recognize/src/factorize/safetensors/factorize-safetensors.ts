import { type FileTensor, readSafetensors, writeSafetensors } from "@weightcast/files/safetensors";
import { bytesOf } from "../../tensors/bytes";
import { numbersOf } from "../../tensors/numbers";
import { readSafetensorsTable } from "../../tensors/safetensors";
import { candidateOf, curveByWeights } from "../curves";
import type { MatrixSite } from "../matrix-site";
import type { Kept } from "../onnx/sites";
import {
  checkNumbers,
  type FactorizedWeights,
  type NumbersBudget,
  productsOf,
  type WithinBudget,
  withinBudget,
} from "../within-budget";
import { checkMap, factorShapes, kindOf, rowsOf, type WeightsKind, type WeightsMap } from "./weights-map";

/** Key of the metadata that says which tensors are factors, and of what. */
export const factorsKey = "weightcast.factors";

/** Fewest numbers of weights that may change. */
const fewest = 256;

/** Safetensors file within a budget. */
export interface FactorizedSafetensors extends Omit<WithinBudget, "layers"> {
  /** The file: `NAME.U` and `NAME.V` in place of `NAME`, and which they are in its metadata. */
  readonly bytes: Uint8Array;
  readonly layers: readonly FactorizedWeights[];
  /** Tensors of the map that can't change, and why. */
  readonly kept: readonly Kept[];
  /** Bytes of all tensors. */
  readonly weights: { readonly before: number; readonly after: number };
}

/**
 * Safetensors file within a budget: the weights that a map names become products W = U V of two smaller ones, in the order in which
 * they are stored, by their truncated singular value decomposition. U has the first axis of `linear` and `conv` weights, and all but the last of
 * `transposed` ones; V has the rest. So `W = (U.reshape(-1, r) @ V.reshape(r, -1)).reshape(shape)`.
 *
 * @param file name for the messages
 * @throws TypeError or RangeError if the map is none, or names what the file doesn't have; RangeError if the budget can't be met
 * @throws FileError `FILE_DAMAGED` if the file breaks a rule of the format
 */
export function factorizeSafetensors(
  bytes: Uint8Array,
  map: WeightsMap,
  budget: NumbersBudget,
  { file = "safetensors" }: { readonly file?: string } = {},
): FactorizedSafetensors {
  const who = "factorizeSafetensors";
  checkNumbers(who, budget);
  const { tensors, metadata } = readSafetensors(bytes, file);
  checkMap(who, map, [...tensors.keys()]);
  if (metadata.has(factorsKey))
    throw new RangeError(`${who}: the file must not be factorized already; merge it first, by mergeSafetensors`);
  const { sites, kept } = sitesOf(bytes, map, file);
  if (sites.length === 0)
    throw new RangeError(
      `${who}: the map must name weights of at least ${fewest} numbers that may change; those it names are ${kept.map(({ path, reason }) => `${path} (${reason})`).join(", ")}`,
    );
  const candidates = sites.map(({ site }) => candidateOf(site));
  const before = sum(tensors);
  const made = withinBudget(who, budget, candidates.map(curveByWeights), before);
  const changed = new Map(tensors);
  const notes: Record<string, { readonly shape: readonly number[]; readonly kind: WeightsKind }> = {};
  const kindsOf = new Map(sites.map(({ site, kind }) => [site.path, kind]));
  for (const [name, { rank, u, v }] of productsOf(candidates, made.layers)) {
    const [{ shape }, kind] = [tensors.get(name)!, kindsOf.get(name)!];
    const [first, second] = factorShapes(kind, shape, rank);
    changed.delete(name);
    for (const [key, values, of] of [
      [`${name}.U`, u, first],
      [`${name}.V`, v, second],
    ] as const) {
      if (changed.has(key)) throw new RangeError(`${who}: the file must not have a tensor ${key} besides ${name}`);
      changed.set(key, { dtype: "F32", shape: of, bytes: bytesOf(values, "float32") });
    }
    notes[name] = { shape, kind };
  }
  const noted = new Map(metadata).set(factorsKey, JSON.stringify(notes));
  return {
    ...made,
    bytes: writeSafetensors({ metadata: noted, tensors: changed }),
    ...{ kept, weights: { before, after: sum(changed) } },
  };
}

const sum = (tensors: ReadonlyMap<string, FileTensor>): number =>
  [...tensors.values()].reduce((total, { bytes }) => total + bytes.length, 0);

function sitesOf(bytes: Uint8Array, map: WeightsMap, file: string) {
  const sites: { readonly site: MatrixSite; readonly kind: WeightsKind }[] = [];
  const kept: Kept[] = [];
  for (const tensor of readSafetensorsTable(bytes, file).tensors) {
    const { name, shape, type } = tensor;
    const kind = kindOf(map, name);
    if (!kind) continue;
    const rows = rowsOf(kind, shape);
    const weights = type === "float32" ? numbersOf(tensor)! : undefined;
    const reason =
      typeof rows === "string"
        ? rows
        : !weights
          ? `its entries are of type ${type}, not float32`
          : weights.length < fewest
            ? "few numbers"
            : weights.every(Number.isFinite)
              ? undefined
              : "its entries are not all finite";
    if (reason !== undefined) kept.push({ path: name, reason });
    else sites.push({ site: { path: name, inputs: rows as number, weights: weights! }, kind });
  }
  return { sites, kept };
}
