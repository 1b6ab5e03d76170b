import { checkOptions, type Dictionary, type Rank, type Selection, shown } from "@weightcast/dictionary";
import type { Basis } from "../atoms/basis";
import { checkCount, checkSeed } from "../layers/basics";

/** A dictionary, or a function that makes one for the grid of the layer it is for, as `fourier` and `wavelet` are. */
export type DictionaryFor = Dictionary | ((domain: readonly number[]) => Dictionary);

/** Atoms over the inputs of a layer, or over its outputs. */
export interface SideOptions {
  /**
   * Source of the atoms. A function gets the grid of the inputs: [inputs] of a dense layer, [height, width, C] of a convolution without
   * the axes of length 1, [height, width] of a depthwise one; or [outputs].
   */
  readonly dictionary: DictionaryFor;
  /** Atoms: a count, or `{ proportion }` of the grid. A count above the atoms on offer takes all of them. */
  readonly rank: Rank;
  /** How atoms are chosen, or their indices. @default "uniform" */
  readonly selection?: Selection | readonly number[];
  /** Basis of the atoms. @default "orthonormal" */
  readonly basis?: Basis;
}

interface Scaled {
  /** Constant factor on ΔW, above 0: it sets how far a step of the optimizer goes. @default 1 */
  readonly scale?: number;
  /** Seed of what is random: index sets, first values. @default 0 */
  readonly seed?: number;
}

/** Options of {@link lora}. */
export interface LoraOptions {
  /** r, inner dimension of ΔW = A B. One above both sides of W is lowered to the smaller one. */
  readonly rank: number;
  /** ΔW is multiplied by alpha / rank. @default rank, which is a factor of 1 */
  readonly alpha?: number;
  /** Seed of A. @default 0 */
  readonly seed?: number;
}

/** Options of {@link oneSided}. */
export interface OneSidedOptions extends SideOptions, Scaled {}

/** Options of {@link twoSided}. */
export interface TwoSidedOptions extends Scaled {
  readonly inputs: SideOptions;
  readonly outputs: SideOptions;
}

/** Options of {@link sparse}. */
export interface SparseOptions extends Scaled {
  /**
   * Source of the atoms, over the grid of W itself. A function gets [inputs, outputs], W as a matrix; of a dictionary whose grid has more
   * axes, the first must be those of the inputs. With `factors`, as fourier and wavelet have, no atom is ever formed whole.
   */
  readonly dictionary: DictionaryFor;
  /** n, learned coefficients: a count, or `{ proportion }` of W. */
  readonly entries: Rank;
  /** How atoms are chosen, or their indices. @default "uniform" */
  readonly selection?: Selection | readonly number[];
}

/** Options of {@link vera}. */
export interface VeraOptions extends Scaled {
  /** r, inner dimension of ΔW. */
  readonly rank: number;
  /** First value of d. @default 0.1 */
  readonly start?: number;
}

/** Form of what is added to the weights of a layer, before the layer is known. */
export type AdapterForm =
  | ({ readonly form: "lora" } & LoraOptions)
  | ({ readonly form: "one-sided" } & OneSidedOptions)
  | ({ readonly form: "two-sided" } & TwoSidedOptions)
  | ({ readonly form: "sparse" } & SparseOptions)
  | ({ readonly form: "vera" } & VeraOptions)
  | { readonly form: "full" };

/**
 * ΔW = (alpha / r) A B with both factors learned, A [n_v, r] and B [r, n_h] (LoRA, Hu et al. 2021, https://arxiv.org/abs/2106.09685):
 * r (n_v + n_h) numbers. A starts uniform in ±1/√n_v, as PEFT's does, and B at zero.
 * @throws RangeError unless rank is a positive integer, alpha a number above 0, and seed a safe integer
 */
export function lora(options: LoraOptions): AdapterForm {
  const { rank, alpha = 1, seed = 0 } = checkOptions<LoraOptions>("lora", options, ["rank", "alpha", "seed"]);
  checkCount("lora", "rank", rank!);
  checkPositive("lora", "alpha", alpha);
  checkSeed("lora", seed);
  return { form: "lora", ...options };
}

/**
 * ΔW = s U V with U [n_v, r] fixed atoms over the inputs and V [r, n_h] learned, zero at the start: r n_h numbers.
 * @throws RangeError for an option that it does not have, or one out of range
 */
export function oneSided(options: OneSidedOptions): AdapterForm {
  const names = ["dictionary", "rank", "selection", "basis", "scale", "seed"] as const;
  checkScaled("oneSided", checkOptions<OneSidedOptions>("oneSided", options, names));
  checkSource("oneSided", options.dictionary);
  return { form: "one-sided", ...options };
}

/**
 * ΔW = s U C U′ᵀ with U [n_v, r] fixed atoms over the inputs, U′ [n_h, r′] over the outputs, and C [r, r′] learned, zero at the start:
 * r r′ numbers, however large the layer is. With random atoms it is close to LoRA-XS (Bałazy et al. 2024, https://arxiv.org/abs/2405.17604).
 * @throws RangeError for an option that it does not have, or one out of range
 */
export function twoSided(options: TwoSidedOptions): AdapterForm {
  checkScaled("twoSided", checkOptions<TwoSidedOptions>("twoSided", options, ["inputs", "outputs", "scale", "seed"]));
  for (const side of ["inputs", "outputs"] as const) {
    const who = `twoSided: ${side}`;
    if (options[side] === undefined) throw new TypeError(`${who} must be { dictionary, rank }; got none`);
    checkOptions<SideOptions>(who, options[side], ["dictionary", "rank", "selection", "basis"]);
    checkSource(who, options[side].dictionary);
  }
  return { form: "two-sided", ...options };
}

/**
 * ΔW = s Σ_k c_k D_k with n fixed atoms D_k of a dictionary over the grid of W, and n learned numbers c, zero at the start. With a Fourier
 * basis it is FourierFT (Gao et al. 2024, https://arxiv.org/abs/2405.03003), with wavelets WaveFT.
 * @throws RangeError for an option that it does not have, or one out of range
 */
export function sparse(options: SparseOptions): AdapterForm {
  const names = ["dictionary", "entries", "selection", "scale", "seed"] as const;
  checkScaled("sparse", checkOptions<SparseOptions>("sparse", options, names));
  checkSource("sparse", options.dictionary);
  return { form: "sparse", ...options };
}

/**
 * ΔW = s A diag(d) B diag(b) with A [n_v, r] and B [r, n_h] fixed random numbers of the seed, which no file holds, and only the vectors d and b
 * learned (VeRA, Kopiczko et al. 2024, https://arxiv.org/abs/2310.11454): r + n_h numbers. A is uniform in ±√(6 / n_v), B in ±√(6 / r), as PEFT's
 * are; layers of the same shape share them. d starts at 0.1 and b at zero.
 * @throws RangeError unless rank is a positive integer, start and scale numbers above 0, and seed a safe integer
 */
export function vera(options: VeraOptions): AdapterForm {
  const {
    rank,
    start = 0.1,
    ...scaled
  } = checkOptions<VeraOptions>("vera", options, ["rank", "start", "scale", "seed"]);
  checkCount("vera", "rank", rank!);
  checkPositive("vera", "start", start);
  checkScaled("vera", scaled);
  return { form: "vera", ...options };
}

/**
 * All weights of a layer, bias included, learned from those of the base: for a new head. They are stored whole, so the layer's weights in
 * the base don't matter.
 */
export const full = (): AdapterForm => ({ form: "full" });

function checkScaled(who: string, { scale = 1, seed = 0 }: Partial<Scaled>): void {
  checkPositive(who, "scale", scale);
  checkSeed(who, seed);
}

/** @throws RangeError unless `value` is a number above 0 */
export function checkPositive(who: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new RangeError(`${who}: ${name} must be a number above 0; got ${shown(value)}`);
}

function checkSource(who: string, source: unknown): void {
  if (typeof source === "function") return;
  const { domain, traits } = Object(source) as Partial<Dictionary>;
  if (!Array.isArray(domain) || !traits)
    throw new TypeError(
      `${who}: dictionary must be a dictionary, or a function that makes one for a grid, such as fourier; got ${shown(source)}`,
    );
}
