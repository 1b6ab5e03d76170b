import type { EngineReport } from "@weightcast/backend";
import { weightCount } from "@weightcast/models/plans";
import type { Execution, LayerCosts, RunEvent, RunRecord } from "@weightcast/runs";
import { identityOf, layersOf, type RunSpec } from "@weightcast/runs/spec";
import type { Runs } from "../services";

/** Made-up report of an engine. */
const engine: EngineReport = {
  engine: "cpu",
  version: "1.2.3",
  threads: 1,
  patched: [],
  borrowed: [],
  reason: "cpu (1.2.3), the only one in this test.",
  considered: [{ engine: "cpu", available: true, detail: "1.2.3" }],
};

/** Made-up costs of a run's layers, whose sums are those of its made-up account. */
function costsOf(spec: RunSpec): LayerCosts[] {
  const [first, ...others] = layersOf(spec.network).map((layer) => ({
    layer: layer.name,
    kernel: layer.kernel,
    channels: layer.channels,
    filters: layer.filters,
    dense: weightCount(layer),
    ...{ dynamic: 0, static: 0, stored: 0 },
  }));
  return [{ ...first!, dynamic: 32_000, static: 430_760, stored: 125_000 }, ...others];
}

/** Made-up record of a real run. */
export const recordOf = (spec: RunSpec, testError = 0.0212): RunRecord => ({
  id: identityOf(spec, engine.version),
  spec,
  engine,
  result: {
    testError,
    testLoss: 0.07,
    trainLoss: 0.03,
    history: [{ epoch: 1, loss: 0.03, testError }],
    seconds: 31.44,
    stepsPerSecond: 412.3,
    account: {
      dense: 642_000,
      dynamic: 32_000,
      static: 430_760,
      stored: 125_000,
      proportion: 32_000 / 642_000,
      trainable: 38_010,
      layers: [],
    },
    bytes: 654_400,
    layers: costsOf(spec),
    domain: [28, 28],
    filters: [{ predicted: Array.from({ length: 784 }, (_, i) => i / 784) }],
  },
  finished: "2026-01-02T03:04:05.000Z",
});

const compiled: Execution = { execution: "compiled", runtime: "onnxruntime-node 1.2", prepared: true };

/** Events of a run of one epoch of ten steps. */
export function eventsOf(spec: RunSpec, execution = compiled): RunEvent[] {
  const about = { id: identityOf(spec, engine.version), label: spec.label };
  const step = (at: number, loss: number): RunEvent => ({
    ...about,
    type: "step",
    epoch: 1,
    epochs: 1,
    step: at,
    steps: 10,
    loss,
    rate: 0.1,
    stepsPerSecond: 412.3,
    secondsLeft: 75,
  });
  return [
    { ...about, type: "start", engine, epochs: 1, stepsPerEpoch: 10 },
    { ...about, type: "dictionary", layer: "hidden_1", name: "kernel", seconds: 0.26 },
    { ...about, type: "execution", execution },
    step(5, 0.5),
    step(10, 0.25),
    { ...about, type: "epoch", epoch: 1, epochs: 1, loss: 0.25, score: 0.0212, kind: "error", errorName: "test error" },
    { ...about, type: "checkpoint", step: 10 },
    { ...about, type: "end", record: recordOf(spec) },
  ];
}

/** Substitute for `runAll` that computes nothing: it emits the events of each run, and records its arguments. */
export function fakeRunAll(execution = compiled): {
  runAll: Runs["runAll"];
  asked: Parameters<Runs["runAll"]>[];
} {
  const asked: Parameters<Runs["runAll"]>[] = [];
  return {
    asked,
    async runAll(specs, options) {
      asked.push([specs, options]);
      for (const spec of specs) for (const event of eventsOf(spec, execution)) options.onEvent?.(event);
      return specs.map((spec) => recordOf(spec));
    },
  };
}
