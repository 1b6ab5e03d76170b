import { hiddenLayers, type Method } from "../methods";
import type { RunRecord } from "../record";
import { identityOf, resolveRun } from "../spec";

/** A made-up record of a method, for tests of what is done with records. */
export function recordOf(method: Method, testError: number): RunRecord {
  const spec = resolveRun({ label: method, hidden: hiddenLayers(method, 0.05), training: { epochs: 2 } });
  const predicted = method !== "nokernel";
  const dynamic = predicted ? 32_000 : 0;
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
      history: [
        { epoch: 1, loss: 0.3, testError: 2 * testError },
        { epoch: 2, loss: 0.2, testError },
      ],
      seconds: 12.34,
      stepsPerSecond: 50,
      account: {
        dense: predicted ? 642_000 : 0,
        dynamic,
        static: predicted ? 430_760 : 0,
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
