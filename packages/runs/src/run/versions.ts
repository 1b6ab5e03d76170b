import type { EngineReport } from "@weightcast/backend";
import { nodeRuntime } from "@weightcast/compile";
import type { TrainOptions } from "@weightcast/training";

/** Choice of how steps are computed: see `train`. */
export type ExecutionChoice = NonNullable<TrainOptions["execution"]>;

/** Versions of everything that computes a run's numbers, for its identity: floating-point sums differ between them. */
export async function versionsOf(engine: EngineReport, execution: ExecutionChoice): Promise<string> {
  if (execution === "eager") return engine.version;
  const { runtime, detail } = await nodeRuntime();
  return runtime ? `${detail}; ${engine.version}` : engine.version;
}
