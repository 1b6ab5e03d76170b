import { layersBy, layersOf, type Method, type RunInput, type RunSpec, resolveRun } from "@weightcast/runs/spec";

type Network = Exclude<RunInput["network"], string | undefined>;
type PredictableLayer = ReturnType<typeof layersOf>[number];

/** Settings that the runs of a grid share. */
export interface GridRun {
  /** Name of the figure, for messages. */
  readonly figure: string;
  readonly model: Network["model"];
  /** Layers that methods fill. @default all that can be predicted */
  readonly layers?: readonly PredictableLayer[];
  readonly data: RunInput["data"];
  readonly training: RunInput["training"];
  /** J, for all layers or for each. */
  readonly columns: number | ((layer: PredictableLayer) => number);
}

/** Axes of a grid. */
export interface GridAxes {
  readonly methods: readonly Method[];
  /** Learned shares of the weights of each predicted layer, in (0, 1]. */
  readonly proportions: readonly number[];
  readonly seeds: readonly number[];
}

/**
 * Runs of one network at every seed, proportion and method, in this order; the dense network, which has no proportion,
 * once per seed.
 * @throws RangeError for a run that cannot be resolved
 */
export function grid(
  { figure, model, layers = layersOf({ model }), data, training, columns }: GridRun,
  { methods, proportions, seeds }: GridAxes,
): RunSpec[] {
  const runs = proportions.flatMap((proportion, i) =>
    methods
      .filter((method) => method !== "nokernel" || i === 0)
      .map((method) => ({
        label: method,
        data,
        network: { model, layers: layersBy(method, layers, { proportion, columns }) },
        training,
      })),
  );
  return overSeeds(figure, runs, seeds);
}

/** Runs once per seed: all of the first seed, then all of the next. @throws RangeError for a run that cannot be resolved */
export const overSeeds = (
  figure: string,
  runs: readonly (RunInput & { readonly label: string })[],
  seeds: readonly number[],
): RunSpec[] => seeds.flatMap((seed) => runs.map((run) => resolveRun({ ...run, seed }, `${figure} ${run.label}`)));
