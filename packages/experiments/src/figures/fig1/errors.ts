import { setImmediate } from "node:timers/promises";
import { covariance, type KernelName, kernel } from "@weightcast/dictionary-kernel";
import { stream } from "@weightcast/random";
import { InterruptedError, spreadOf } from "@weightcast/runs";
import { baselineErrors } from "./baselines";
import type { ErrorCurve, FilterErrors, MeasureOptions } from "./error-curves";
import type { Filters } from "./filters";
import { kernelErrors } from "./prediction";
import { baselines, fig1Kernels, fig1LengthScales, fig1Shares } from "./predictors";

/** Errors of filters: the work of `measureFilters`, whose options are checked. */
export async function errorsOf(filters: Filters, options: MeasureOptions): Promise<FilterErrors> {
  const { samples, signal, onProgress = () => {} } = options;
  const { lengthScale = 1, lengthScales = fig1LengthScales, ridge = 1e-3 } = options;
  const { shares = fig1Shares, share = 0.25, subsets = 3, seed = 1 } = options;
  const { kernels = fig1Kernels.filter((name) => name !== "covariance" || samples) } = options;
  if (kernels.includes("covariance") && !samples)
    throw new RangeError("fig1: the covariance is of the layer's inputs, which must be given as samples; got none");

  /** Lets other work through, and stops if the signal is aborted. */
  const breathe = async () => {
    await setImmediate();
    if (signal?.aborted) throw new InterruptedError();
  };
  const { domain } = filters;
  const pixels = domain[0] * domain[1];
  const measured = [...new Set([...shares, share])].sort((a, b) => a - b);
  const choosing = keepingOrder(seed, "choice", pixels);
  const orders = Array.from({ length: subsets }, (_, i) => keepingOrder(seed, i, pixels));
  /** @param measure errors at counts of kept pixels, in an order */
  const curveOf = async (
    about: Omit<ErrorCurve, "points">,
    measure: (order: Uint32Array, counts: readonly number[]) => readonly number[],
  ): Promise<ErrorCurve> => {
    const counts = measured.map((part) => keptOf(part, pixels));
    const all: (readonly number[])[] = [];
    for (const order of orders) {
      await breathe();
      all.push(measure(order, counts));
    }
    const points = measured.map((part, i) => ({
      share: part,
      kept: counts[i]!,
      error: spreadOf(all.map((errors) => errors[i]!)),
    }));
    return { ...about, points };
  };
  const dictionaryOf = (name: KernelName, scale: number) => kernel(domain, { kernel: name, lengthScale: scale, ridge });
  const kernelCurve = (name: KernelName, scale: number) =>
    curveOf({ predictor: name, lengthScale: scale }, (...kept) =>
      kernelErrors(filters, dictionaryOf(name, scale), ...kept),
    );
  const choose = async (name: KernelName) => {
    let best = { scale: lengthScale, error: Number.POSITIVE_INFINITY };
    for (const scale of lengthScales) {
      await breathe();
      const [error] = kernelErrors(filters, dictionaryOf(name, scale), choosing, [keptOf(share, pixels)]);
      if (error! < best.error) best = { scale, error: error! };
    }
    return best.scale;
  };

  const without: ErrorCurve[] = [];
  for (const predictor of baselines)
    without.push(await curveOf({ predictor }, (...kept) => baselineErrors(predictor, filters, ...kept)));
  const given: ErrorCurve[] = [];
  const best: ErrorCurve[] = [];
  for (const [done, what] of kernels.entries()) {
    onProgress({ done, of: kernels.length, what });
    if (what === "covariance") {
      const dictionary = covariance(samples!, { ridge });
      given.push(await curveOf({ predictor: what }, (...kept) => kernelErrors(filters, dictionary, ...kept)));
      continue;
    }
    const atGiven = await kernelCurve(what, lengthScale);
    given.push(atGiven);
    if (lengthScales.length === 0) continue;
    const scale = await choose(what);
    best.push(scale === lengthScale ? atGiven : await kernelCurve(what, scale));
  }
  onProgress({ done: kernels.length, of: kernels.length, what: "" });
  return { pixels, share, ridge, lengthScale, subsets, seed, baselines: without, given, best };
}

/** Pixels in the order in which a random subset keeps them. @param subset number of the subset; `choice` for that of the length scales */
export const keepingOrder = (seed: number, subset: number | "choice", pixels: number): Uint32Array =>
  stream(seed, `fig1/${subset}`).permutation(pixels);

/** Number of pixels of a share: at least one. */
export const keptOf = (share: number, pixels: number): number => Math.max(1, Math.round(share * pixels));
