import type { LayerCosts, RunRecord } from "../record/record";
import { identityOf, type LayerInput, resolveRun } from "../spec";

/** Options of a made-up record, besides its method and error. */
export interface RecordOptions {
  /** Learned share asked for. @default 0.05; 0.25 in {@link networkRecordOf} */
  readonly proportion?: number;
  /** @default 1 */
  readonly seed?: number;
  /** @default 2 */
  readonly epochs?: number;
}

/**
 * Made-up record of the network 784–500–500–10 with both hidden layers under a method, for tests of what is done with
 * records. Any name except nokernel and LowRank is factorized.
 */
export function recordOf(method: string, testError: number, options: RecordOptions = {}): RunRecord {
  const { proportion = 0.05, seed = 1, epochs = 2 } = options;
  const names = method === "nokernel" ? [] : ["hidden_1", "hidden_2"];
  const layers = Object.fromEntries(names.map((name) => [name, layerOf(method, proportion)]));
  const spec = resolveRun({ label: method, network: { model: "mlp", layers }, training: { epochs }, seed });
  const isPredicted = method !== "nokernel";
  const dynamic = isPredicted ? Math.round(640_000 * proportion) : 642_000;
  const fixed = isPredicted && method !== "LowRank" ? 430_760 : 0;
  const [first, second] = isPredicted ? [Math.round(390_000 * proportion), Math.round(0.75 * fixed)] : [392_000, 0];
  return {
    id: identityOf(spec, "cpu"),
    spec,
    engine: {
      engine: "cpu",
      version: "cpu backend",
      threads: 1,
      patched: [],
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
        dense: isPredicted ? 642_000 : 0,
        dynamic: isPredicted ? dynamic : 0,
        static: fixed,
        stored: 0,
        proportion: isPredicted ? dynamic / 642_000 : 1,
        trainable: 38_010,
        layers: [],
      },
      layers: [
        costsOf("hidden_1", [28, 28], 1, 500, { dynamic: first, static: second }),
        costsOf("hidden_2", [500], 1, 500, { dynamic: dynamic - first, static: fixed - second }),
      ],
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

/** Made-up record of the network convnet with its layers conv_1 and fc_1 under a method, or nokernel. */
export function networkRecordOf(method: string, testError: number, options: RecordOptions = {}): RunRecord {
  const { proportion = 0.25, seed = 1, epochs = 2 } = options;
  const record = recordOf(method === "nokernel" ? method : "SE-Emp", testError, { ...options, proportion });
  const from = { weights: "factorized", dictionary: "kernel", options: { of: method }, proportion } as const;
  const layers = method === "nokernel" ? {} : { conv_1: from, fc_1: { ...from, columns: 5 } };
  const data = { name: "photographs", train: 10_000 };
  const spec = resolveRun({ label: method, data, network: { model: "convnet", layers }, training: { epochs }, seed });
  const costs = (layer: string, kernel: [number, number], channels: number, filters: number) => {
    const dense = kernel[0] * kernel[1] * channels * filters;
    const dynamic = method === "nokernel" ? dense : Math.round(dense * proportion);
    return costsOf(layer, kernel, channels, filters, { dynamic, static: dense - dynamic });
  };
  const filter = Array.from({ length: 192 }, (_, i) => Math.round(127 * Math.cos(i)) + 0);
  return {
    ...record,
    id: identityOf(spec, "cpu"),
    spec,
    result: {
      ...record.result,
      layers: [costs("conv_1", [8, 8], 3, 48), costs("fc_1", [3, 3], 64, 500)],
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

const costsOf = (
  layer: string,
  kernel: readonly number[],
  channels: number,
  filters: number,
  counts: Pick<LayerCosts, "dynamic" | "static">,
): LayerCosts => ({
  ...{ layer, kernel, channels, filters },
  dense: kernel.reduce((a, b) => a * b) * channels * filters,
  ...counts,
  stored: 0,
});

function layerOf(method: string, proportion: number): LayerInput {
  if (method === "LowRank") return { weights: "low-rank", proportion };
  return { weights: "factorized", dictionary: "gaussian", options: { of: method }, proportion };
}
