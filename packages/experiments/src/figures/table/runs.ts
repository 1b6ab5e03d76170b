import { layersBy, layersOf, type RunInput, type RunSpec } from "@weightcast/runs/spec";
import { overSeeds } from "../../grid";

/** Networks of {@link table}: all weights learned; fewer units; and predicted by the dictionaries that need no grid. */
export const tableMethods = ["nokernel", "narrower", "Emp-Emp", "RandCon", "RandFixU", "LowRank"] as const;

/** Options of {@link table}. */
export interface TableOptions {
  /** The CSV file. */
  readonly data?: { readonly name?: string; readonly table?: string };
  /** Column to predict. */
  readonly target?: string;
  /** Columns to leave out, between commas. */
  readonly ignore?: string;
  readonly methods?: readonly (typeof tableMethods)[number][];
  /** Learned shares. @default [0.25, 0.1] */
  readonly proportions?: readonly number[];
  /** @default [1, 2, 3] */
  readonly seeds?: readonly number[];
  /** @default 30 */
  readonly epochs?: number;
  /** Learning rate of Adam at the start. @default 0.002 */
  readonly rate?: number;
  /** Whether to measure on a fifth of the training rows in place of the test rows, to choose settings. */
  readonly validation?: number;
}

/** Units of both hidden layers. */
const units = 200;

/**
 * Runs of a perceptron n–200–200 on a table, its hidden layers learned whole or predicted; and of networks of equal learned weights
 * by having fewer units: n·(p·200) weights in the first layer and (p·200)·200 in the second are as many as a share p of both, for any
 * n. Rectifiers, batches of 50, Adam on a cosine.
 * @throws RangeError naming a wrong option
 */
export function table(options: TableOptions = {}): RunSpec[] {
  const { data = {}, target, ignore, methods = tableMethods, proportions = [0.25, 0.1], seeds = [1, 2, 3] } = options;
  const { epochs = 30, rate = 0.002, validation } = options;
  if (data.table === undefined) throw new RangeError("table: name a CSV file by --data");
  if (target === undefined) throw new RangeError("table: name the column to predict by --target");
  const common = {
    data: { ...data, target, ...(ignore && { ignore }), ...(validation && { validation }) },
    training: { epochs, rate, batchSize: 50, optimizer: "adam" as const },
  };
  const network = (hidden: readonly number[], layers: ReturnType<typeof layersBy> = {}) => ({
    model: "mlp" as const,
    hidden: Array.from(hidden),
    activation: "relu" as const,
    layers,
  });
  const layers = layersOf({ model: "mlp", hidden: [units, units] });
  const runs = proportions.flatMap((proportion, i) =>
    methods.flatMap((method): (RunInput & { label: string })[] => {
      if (method === "nokernel") return i === 0 ? [{ label: method, ...common, network: network([units, units]) }] : [];
      const label = `${method} ${Number((100 * proportion).toPrecision(3))}%`;
      if (method !== "narrower")
        return [
          { label, ...common, network: network([units, units], layersBy(method, layers, { proportion, columns: 2 })) },
        ];
      const first = Math.max(1, Math.round(proportion * units));
      return [{ label, ...common, network: network([first, units]) }];
    }),
  );
  return overSeeds("table", runs, seeds);
}
