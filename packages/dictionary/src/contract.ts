import type { Json, Matrix } from "@weightcast/types";

/** Properties of a dictionary that a layer may rely on. The laws check them. */
export interface Traits {
  /** UᵀU = I for every selection of atoms. */
  readonly orthonormal: boolean;
  /** Column j of U depends on `indices[j]` alone (false for kernel ridge regression). */
  readonly independent: boolean;
  /** Atoms run from coarse to fine, so the first ones are a sensible choice. */
  readonly ordered: boolean;
  /** The atoms come from data: a model stores U itself, not only its recipe. */
  readonly learned: boolean;
  /**
   * Atom j stands for input coordinate j, for every coordinate of the domain: row k of V holds the weights of the single
   * input `indices[k]`, which U passes on as they are. The rows `indices` of U are then the identity or, with a ridge, shrunk
   * towards zero: symmetric, with eigenvalues in (0, 1]. False if atoms skip coordinates. @default false
   */
  readonly coordinates?: boolean;
}

/**
 * Fixed family of atoms over an input domain: the U of W = U V (Denil et al. 2013, §2).
 * W is [n_v, n_h], U is [n_v, n_α] and fixed, V is [n_α, n_h] and learned.
 */
export interface Dictionary {
  /** Version of this contract. */
  readonly contract: 1;
  /**
   * Name of the module that recreates this dictionary from its recipe, unique in a registry. Usually it is the module that
   * created it. A dictionary fitted to samples may instead name a module that needs no samples and whose options hold the
   * fitted values.
   */
  readonly name: string;
  /** Shape of the input grid, for instance [28, 28]; U has prod(domain) rows, in row-major order of the grid. */
  readonly domain: readonly number[];
  /** Number of atoms on offer: the largest rank of a layer. */
  readonly size: number;
  /** Resolved options: `create` of the module named `name` gives the same atoms when called with them. */
  readonly options: Json;
  readonly traits: Traits;
  /**
   * U restricted to `indices`: [prod(domain), indices.length]. Pure; the caller owns the result.
   * @throws RangeError unless there is at least one index and all are distinct integers in [0, size)
   */
  atoms(indices: readonly number[]): Matrix;
  /**
   * Factors of a Kronecker product whose columns are the atoms: one per axis, [domain[a], …]. A layer can then apply U
   * without forming it, if that takes much less work. Overwriting them does not change the atoms.
   */
  readonly factors?: readonly Matrix[];
  /**
   * Order of the atoms, if it is not that of the product's columns: atom j is column `permutation[j]`. A permutation of
   * 0 … size − 1; overwriting it does not change the atoms. @default the product's order
   */
  readonly permutation?: ArrayLike<number>;
  /**
   * X U for every atom, if there is a faster way than matrix products, such as a fast Fourier transform.
   * @param samples X: [batch, prod(domain)]
   * @returns [batch, size], owned by the caller
   * @throws RangeError for samples of another length
   */
  readonly analyze?: (samples: Matrix) => Matrix;
  /**
   * Operations that the first call of `atoms` takes beyond those that its result's size suggests, of which a core does about 10⁹ a
   * second. A reader of model files of strangers refuses a dictionary by it, before the work is done. @default 0
   */
  readonly work?: number;
}

/**
 * A layer y = g(x U V + b) before training, as JSON: all that a dictionary of the layer above it needs to compute its first weights
 * again. `layerBelow` of `@weightcast/core` gives it for a layer.
 */
export interface LayerBelow {
  /** Recipe of its dictionary, which is not learned. */
  readonly dictionary: { readonly name: string; readonly domain: readonly number[]; readonly options: Json };
  /** n_α, atoms in each column. */
  readonly rank: number;
  /** n_h, its outputs. */
  readonly units: number;
  /** J @default 1 */
  readonly columns?: number;
  /** How its columns chose their atoms, or the index sets. @default "uniform" */
  readonly selection?: "uniform" | "leading" | readonly (readonly number[])[];
  /** Seed of its first V and of a uniform selection. @default 0 */
  readonly seed?: number;
}

/** Source of a dictionary that needs no data. */
export interface DomainSource {
  readonly domain: readonly number[];
}

/** Source of a dictionary made from data. */
export interface SamplesSource extends DomainSource {
  /** Samples in batches, each [batch, prod(domain)]. Each call starts from the first sample again. */
  readonly batches: () => Iterable<Matrix>;
}

/** Options of a {@link SelectionRule}. */
export interface SelectionRuleOptions {
  /** Any safe integer; it decides all that is random. */
  readonly seed: number;
  /** J, number of index sets, a positive integer. */
  readonly columns: number;
}

/**
 * Way of choosing a layer's atoms that depends on the dictionary at hand, for instance on the distances between its atoms.
 * @param dictionary one that a module offering this rule has created
 * @param rank n_α, atoms in each column
 * @returns J index sets, one for each column of the layer: each `rank` distinct indices in [0, dictionary.size)
 * @throws RangeError unless `rank` is an integer in [1, dictionary.size]
 */
export type SelectionRule = (
  dictionary: Dictionary,
  rank: number,
  options: SelectionRuleOptions,
) => readonly (readonly number[])[];

/** Facts about a kind of dictionary, known before one is created. */
interface ModuleFacts {
  /** Unique in a registry: lower-case words joined by hyphens, such as "fourier" or "acme/splines". */
  readonly name: string;
  /** One sentence for lists. */
  readonly summary?: string;
  /** Whether the atoms are random, determined by `options.seed`. A network with one seed gives each layer a different one. @default false */
  readonly seeded?: boolean;
  /**
   * Whether the atoms depend on the layer below, which `options.below` describes (see {@link LayerBelow}). A network describes it to
   * each layer but the first. @default false
   */
  readonly stacked?: boolean;
  /**
   * Traits of every dictionary that the module creates, for any options. Leave out those that depend on the options or
   * on the samples. A specification can be checked against them before a dictionary is created. @default none are known
   */
  readonly traits?: Partial<Traits>;
  /**
   * Ways of choosing atoms that this kind of dictionary offers beyond `uniform`, `leading` and `energy`, by name: lower-case
   * words joined by hyphens. @default none
   */
  readonly selections?: Readonly<Record<string, SelectionRule>>;
}

/** Module of a dictionary that its recipe alone gives: (domain, options) → atoms. */
export interface DomainModule extends ModuleFacts {
  readonly needs: "domain";
  readonly create: (source: DomainSource, options?: Json) => Dictionary;
}

/** How a dictionary is fitted to samples, as opposed to what it is: for fits that take long or run tensors. */
export interface Fitting {
  /** Signal that ends the fit with an `AbortError`. */
  readonly signal?: AbortSignal;
  /** Whether training steps are compiled. @default "auto" */
  readonly execution?: "auto" | "compiled" | "eager";
  /** Number of threads of compiled steps. @default as many as there are cores */
  readonly threads?: number;
  /** Called as the fit progresses: `done` rounds of `of`, and the loss. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly loss: number }) => void;
}

/** Module of a dictionary made from samples of the layer's inputs. */
export interface SamplesModule extends ModuleFacts {
  readonly needs: "samples";
  readonly create: (source: SamplesSource, options?: Json, fitting?: Fitting) => Dictionary | Promise<Dictionary>;
}

/** Default export of a dictionary package, alone or in a list, for registries and the command line. */
export type DictionaryModule = DomainModule | SamplesModule;
