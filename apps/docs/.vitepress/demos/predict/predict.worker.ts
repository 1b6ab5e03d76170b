import { type KernelOptions, kernel } from "@weightcast/dictionary-kernel";
import { expose } from "comlink";
import { filters, side } from "../shared/filters";

/** What is kept of the filters, and how the rest is predicted. */
export interface Question {
  readonly kernel: NonNullable<KernelOptions["kernel"]>;
  /** σ, in pixels. */
  readonly lengthScale: number;
  /** λ */
  readonly ridge: number;
  /** Pixels that are kept, ascending. */
  readonly pixels: readonly number[];
  /** Filter that is shown. */
  readonly filter: number;
}

/** Prediction of a filter. */
export interface Answer {
  readonly predicted: Float64Array;
  /** The first atoms of U, one after the other. */
  readonly atoms: Float64Array;
  /** ‖w − ŵ‖² / ‖w‖² of the filter. */
  readonly error: number;
  /** The same over all filters. */
  readonly mean: number;
  /** Of the factorization and of all predictions. */
  readonly milliseconds: number;
}

/** Atoms that are shown. */
const shown = 12;

const api = {
  predict({ pixels, filter, ...options }: Question): Answer {
    const started = performance.now();
    const dictionary = kernel([side, side], options);
    const { predict } = dictionary.predictor(pixels);
    const predicted = filters.map((one) => predict(pixels.map((pixel) => one[pixel]!)));
    const milliseconds = performance.now() - started;
    const errors = predicted.map((one, i) => squares(filters[i]!, one));
    const energies = filters.map((one) => squares(one));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const { rows, cols, data } = dictionary.atoms(pixels.slice(0, shown));
    const atoms = Float64Array.from({ length: rows * cols }, (_, i) => data[(i % rows) * cols + Math.floor(i / rows)]!);
    return {
      ...{ predicted: Float64Array.from(predicted[filter]!), atoms, milliseconds },
      error: errors[filter]! / energies[filter]!,
      mean: sum(errors) / sum(energies),
    };
  },
};

/** Functions of this worker, as the page sees them. */
export type PredictApi = typeof api;

expose(api);

/** ‖a − b‖² */
const squares = (a: ArrayLike<number>, b?: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + (value - (b?.[i] ?? 0)) ** 2, 0);
