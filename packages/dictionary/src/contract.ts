import type { Json, Matrix } from "@weightcast/types";

export type { Json } from "@weightcast/types";

/** What a layer may rely on. */
export interface Traits {
  /** UᵀU = I for every selection of atoms. */
  readonly orthonormal: boolean;
  /** Column j of U depends on `indices[j]` alone (false for kernel ridge regression). */
  readonly independent: boolean;
  /** Atoms run from coarse to fine: a prefix is a sensible choice. */
  readonly ordered: boolean;
  /** Made from data: U must be stored with the model, not only its recipe. */
  readonly learned: boolean;
}

/**
 * A fixed family of atoms over an input domain: the U of W = U V (Denil et al. 2013, §2).
 * W is [n_v, n_h], U is [n_v, n_α] and fixed, V is [n_α, n_h] and learned.
 */
export interface Dictionary {
  /** Version of this contract. */
  readonly contract: 1;
  /**
   * The name of the module that makes it again, unique in a registry: of the one that made it, as a rule. One fitted to
   * samples may have the name of a module that needs no samples, whose options hold what was fitted.
   */
  readonly name: string;
  /** Shape of the input grid, for instance [28, 28]; U has prod(domain) rows, in row-major order of the grid. */
  readonly domain: readonly number[];
  /** Atoms on offer: a layer's rank is at most `size`. */
  readonly size: number;
  /** Resolved options: `create` of the module of that name with them gives the same atoms again. */
  readonly options: Json;
  readonly traits: Traits;
  /**
   * U restricted to `indices`: [prod(domain), indices.length]. Pure; the caller owns the result.
   * @throws RangeError unless the indices are distinct integers in [0, size), at least one
   */
  atoms(indices: readonly number[]): Matrix;
  /**
   * One factor an axis, [domain[a], …], where the atoms are the columns of their Kronecker product: lets a layer apply U
   * without forming it, where that takes much less. Overwriting them does not change the atoms.
   */
  readonly factors?: readonly Matrix[];
  /**
   * Where the atoms are in another order than the product's columns: atom j is its column `permutation[j]`. A
   * permutation of 0 … size − 1, and overwriting it does not change the atoms. @default the product's order
   */
  readonly permutation?: ArrayLike<number>;
  /**
   * X U for every atom, where there is a faster way than by products, such as a fast Fourier transform.
   * @param samples X: [batch, prod(domain)] @returns [batch, size], the caller's
   * @throws RangeError for samples of another length
   */
  readonly analyze?: (samples: Matrix) => Matrix;
}

/** What a dictionary that needs no data is made from. */
export interface DomainSource {
  readonly domain: readonly number[];
}

/** What a dictionary made from data is made from. */
export interface SamplesSource extends DomainSource {
  /** The samples, a batch at a time, each [batch, prod(domain)]. Each call starts from the first sample again. */
  readonly batches: () => Iterable<Matrix>;
}

/** A dictionary that its recipe alone gives again: (domain, options) → atoms. */
export interface DomainModule {
  readonly name: string;
  /** One sentence for lists. */
  readonly summary?: string;
  readonly needs: "domain";
  /** Its atoms are random: `options.seed` decides them. Who has a seed for a whole network gives each layer one. */
  readonly seeded?: boolean;
  readonly create: (source: DomainSource, options?: Json) => Dictionary;
}

/** How a dictionary is fitted to samples, apart from what it is: for those that take long, or run tensors. */
export interface Fitting {
  /** Aborting it ends the fit with an `AbortError`. */
  readonly signal?: AbortSignal;
  /** Whether training steps are compiled. @default "auto" */
  readonly execution?: "auto" | "compiled" | "eager";
  /** Threads of compiled steps. @default as many as there are cores */
  readonly threads?: number;
  /** Hears of the fit's progress, `done` of `of` rounds, and of the loss. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly loss: number }) => void;
}

/** A dictionary made from samples of the layer's inputs. */
export interface SamplesModule {
  readonly name: string;
  /** One sentence for lists. */
  readonly summary?: string;
  readonly needs: "samples";
  /** As in {@link DomainModule}. */
  readonly seeded?: boolean;
  readonly create: (source: SamplesSource, options?: Json, fitting?: Fitting) => Dictionary | Promise<Dictionary>;
}

/** What a dictionary package default-exports, alone or in a list, for registries and the command line. */
export type DictionaryModule = DomainModule | SamplesModule;
