import type { RunRecord } from "../record";
import { identityOf, type LayerSpec, resolveRun } from "../spec";

/** What a made-up record may say besides its method and error. */
export interface RecordOptions {
  /** Share asked for. @default 0.05 */
  readonly proportion?: number;
  /** @default 1 */
  readonly seed?: number;
  /** @default 2 */
  readonly epochs?: number;
}

/** A made-up record of a method, for tests of what is done with records; any name but nokernel and LowRank is factorized. */
export function recordOf(method: string, testError: number, options: RecordOptions = {}): RunRecord {
  const { proportion = 0.05, seed = 1, epochs = 2 } = options;
  const hidden = [500, 500].map((units) => layerOf(method, units, proportion));
  const spec = resolveRun({ label: method, hidden, training: { epochs }, seed });
  const predicted = method !== "nokernel";
  const dynamic = predicted ? Math.round(640_000 * proportion) : 0;
  const fixed = predicted && method !== "LowRank" ? 430_760 : 0;
  return {
    id: identityOf(spec, "cpu"),
    spec,
    engine: {
      engine: "cpu",
      version: "cpu backend",
      threads: 1,
      mended: [],
      borrowed: [],
      reason: "a test.",
      considered: [],
    },
    result: {
      testError,
      testLoss: 0.1,
      trainLoss: 0.1,
      history: Array.from({ length: epochs }, (_, i) => ({
        epoch: i + 1,
        loss: 0.2 + 0.1 * (epochs - 1 - i),
        testError: (epochs - i) * testError,
      })),
      seconds: 12.34,
      stepsPerSecond: 50,
      account: {
        dense: predicted ? 642_000 : 0,
        dynamic,
        static: fixed,
        stored: 0,
        proportion: predicted ? dynamic / 642_000 : 1,
        trainable: 38_010,
        layers: [],
      },
      bytes: 154_000,
      domain: [28, 28],
      filters: [
        {
          learned: [{ index: 4, level: -127 }],
          predicted: Array.from({ length: 784 }, (_, i) => Math.round(127 * Math.sin(i)) + 0),
        },
      ],
    },
    finished: "2026-01-01T00:00:00.000Z",
  };
}

/** A made-up record of a network whose layers conv_1 and fc_1 are predicted, or nokernel. */
export function networkRecordOf(method: string, testError: number, options: RecordOptions = {}): RunRecord {
  const { proportion = 0.25, seed = 1, epochs = 2 } = options;
  const made = recordOf(method === "nokernel" ? method : "SE-Emp", testError, { ...options, proportion });
  const from = { weights: "factorized", dictionary: "kernel", options: { of: method }, proportion } as const;
  const layers = method === "nokernel" ? {} : { conv_1: from, fc_1: { ...from, columns: 5 } };
  const data = { name: "photographs", train: 10_000 };
  const network = { model: "convnet", layers } as const;
  const spec = resolveRun({ label: method, data, network, training: { epochs }, seed });
  const costsOf = (layer: string, kernel: [number, number], channels: number, filters: number) => {
    const dense = kernel[0] * kernel[1] * channels * filters;
    const dynamic = method === "nokernel" ? dense : Math.round(dense * proportion);
    return { layer, kernel, channels, filters, dense, dynamic, static: dense - dynamic, stored: 0 };
  };
  const filter = Array.from({ length: 192 }, (_, i) => Math.round(127 * Math.cos(i)) + 0);
  return {
    ...made,
    id: identityOf(spec, "cpu"),
    spec,
    result: {
      ...made.result,
      layers: [costsOf("conv_1", [8, 8], 3, 48), costsOf("fc_1", [3, 3], 64, 500)],
      domain: [8, 8, 3],
      filters: [
        {
          ...(method !== "nokernel" && { learned: [3, 4, 5].map((index) => ({ index, level: filter[index]! })) }),
          predicted: filter,
        },
      ],
    },
  };
}

function layerOf(method: string, units: number, proportion: number): LayerSpec {
  if (method === "nokernel") return { weights: "dense", units };
  if (method === "LowRank") return { weights: "low-rank", units, proportion, start: "scaled" };
  const { selection, columns } = { selection: "uniform", columns: 10 } as const;
  return {
    weights: "factorized",
    units,
    dictionary: "gaussian",
    options: { of: method },
    proportion,
    columns,
    selection,
  };
}
