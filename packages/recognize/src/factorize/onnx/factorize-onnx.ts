import { checkBudget } from "@weightcast/convert/allocation";
import { stream } from "@weightcast/random";
import type { OnnxFile } from "../../onnx/read";
import { readOnnx } from "../../onnx/read";
import { type Candidate, candidateOf, curveByOutputs, curveByWeights } from "../curves";
import {
  type ErrorBudget,
  type FactorizedWeights,
  type NumbersBudget,
  productsOf,
  type WithinBudget,
  withinBudget,
  withinError,
} from "../within-budget";
import { withMoments } from "./activations";
import { withProducts } from "./rewrite";
import { type Feeds, type OnnxRuntime, outputError, outputsOf } from "./run";
import { type Kept, type OnnxSite, sitesOf } from "./sites";

/** Options of {@link factorizeOnnx}. */
export interface FactorizeOnnxOptions {
  /** Typical inputs, by which the weights that matter are told apart; a quarter of them is held out to measure errors. @default none */
  readonly samples?: {
    /** Module that runs the file: `onnxruntime-node` or `onnxruntime-web`. */
    readonly runtime: OnnxRuntime;
    /** Inputs of each run, by name: at least 8 runs, all of one shape. */
    readonly feeds: readonly Feeds[];
    /** Seed of the runs that are held out. @default 0 */
    readonly seed?: number;
  };
  /** Weights that may change. @default all of at least 256 numbers */
  readonly layers?: (weights: { readonly path: string; readonly op: string; readonly weights: number }) => boolean;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly path: string }) => void;
  readonly signal?: AbortSignal;
}

/** ONNX file within a budget. */
export interface FactorizedOnnx extends Omit<WithinBudget, "layers"> {
  /** The file. */
  readonly bytes: Uint8Array;
  readonly layers: readonly (FactorizedWeights & {
    readonly op: string;
    /** Whether the fit is weighted by the inputs' second moments. */
    readonly weighted: boolean;
  })[];
  /** Weights of such nodes that can't change, and why. */
  readonly kept: readonly Kept[];
  /** Bytes of the constants. */
  readonly weights: { readonly before: number; readonly after: number };
  /** Error of the outputs on the samples held out, relative mean square; absent without samples. */
  readonly error?: number;
}

/**
 * ONNX file within a budget, for any runtime: weights of MatMul, Gemm and Conv become products of two smaller ones, y = (x U) V, of which the
 * ranks are chosen over all weights as `factorizeWithin` chooses them. A convolution becomes one with fewer filters and one of 1 × 1; the kernel
 * of a depthwise one is formed when a session starts.
 *
 * With samples, a product is the best for the inputs that its node gets, and how much the model's outputs depend on each node is measured, by
 * running the file with one node changed at a time. Without, products are the best for the weights, and what is left over of each counts alike.
 * For a budget `{ error }`, which needs samples, the smallest such file is searched by bisection, each time measured as a whole.
 *
 * @throws RangeError if there are no such weights, or the budget is above what the file has or below what products of rank 1 need, or if no
 *   product is good enough
 */
export async function factorizeOnnx(
  file: OnnxFile,
  budget: NumbersBudget | ErrorBudget,
  { samples, layers: may = ({ weights }) => weights >= 256, onProgress, signal }: FactorizeOnnxOptions = {},
): Promise<FactorizedOnnx> {
  const who = "factorizeOnnx";
  checkBudget(who, budget);
  if ("error" in budget && !samples)
    throw new RangeError(`${who}: samples must be given for a budget { error }, which is measured on them`);
  const { sites: all, kept } = sitesOf(file);
  const wanted = all.filter(({ path, op, weights }) => may({ path, op, weights: weights.length }));
  if (wanted.length === 0) throw nothing(all, kept);
  const parts = samples && partsOf(samples.feeds, samples.seed ?? 0);
  const sites = samples && parts ? await withMoments(file, wanted, samples.runtime, parts.fit) : wanted;
  const runs = samples && parts && (await runsOf(file, samples.runtime, parts.held));
  const candidates: Candidate[] = [];
  const curves = [];
  for (const [done, site] of sites.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ done, of: sites.length, path: site.path });
    const candidate = candidateOf(site);
    candidates.push(candidate);
    const errorAt = (rank: number) =>
      runs!.error(withProducts(file, [site], productsOf([candidate], [{ path: site.path, rank }])));
    curves.push(runs ? await curveByOutputs(candidate, errorAt) : curveByWeights(candidate));
  }
  const before = constantsIn(file);
  const fileOf = (products: readonly FactorizedWeights[]) =>
    withProducts(file, sites, productsOf(candidates, products));
  const errorOf = (products: readonly FactorizedWeights[]) => {
    signal?.throwIfAborted();
    return runs!.error(fileOf(products));
  };
  const made =
    "error" in budget
      ? await withinError(who, budget, curves, before, errorOf)
      : withinBudget(who, budget, curves, before);
  const bytes = fileOf(made.layers);
  const byPath = new Map(sites.map((site) => [site.path, site]));
  return {
    ...made,
    ...{ bytes, kept },
    layers: made.layers.map((layer) => {
      const { op, secondMoments } = byPath.get(layer.path)!;
      return { ...layer, op, weighted: secondMoments !== undefined };
    }),
    weights: { before, after: constantsIn(readOnnx(bytes)) },
    ...(runs && { error: await runs.error(bytes) }),
  };
}

const constantsIn = ({ tensors }: OnnxFile): number => tensors.reduce((sum, { bytes }) => sum + bytes, 0);

/** Errors of changed files on samples. */
async function runsOf(file: OnnxFile, runtime: OnnxRuntime, held: readonly Feeds[]) {
  const originals = await outputsOf(runtime, file.source, held);
  if (originals.length === 0)
    throw new RangeError("factorizeOnnx: the file must have an output of float32 by which errors are measured");
  return {
    error: async (bytes: Uint8Array) => outputError(await outputsOf(runtime, bytes, held), originals, held.length),
  };
}

function partsOf(
  feeds: readonly Feeds[],
  seed: number,
): { readonly fit: readonly Feeds[]; readonly held: readonly Feeds[] } {
  if (feeds.length < 8)
    throw new RangeError(
      `factorizeOnnx: samples must be at least 8 runs, of which a quarter is held out; got ${feeds.length}`,
    );
  const order = [...stream(seed, "held-out").permutation(feeds.length)].map((index) => feeds[index]!);
  const most = Math.floor((3 * feeds.length) / 4);
  return { fit: order.slice(0, most), held: order.slice(most) };
}

function nothing(sites: readonly OnnxSite[], kept: readonly Kept[]): RangeError {
  const others = [
    ...sites.map(({ path }) => `${path} (few numbers, or not asked for)`),
    ...kept.map(({ path, reason }) => `${path} (${reason})`),
  ];
  const found = others.length === 0 ? "none" : `${others.slice(0, 5).join(", ")}${others.length > 5 ? ", …" : ""}`;
  return new RangeError(
    `factorizeOnnx: the file must have weights of MatMul, Gemm or Conv, of at least 256 numbers each, that may change; those it has are ${found}`,
  );
}
