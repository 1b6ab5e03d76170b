import { checkSize, type ExecutionChoice, identityOf, type RunSpec, resolveRun } from "@weightcast/runs";
import { jobIn, type RunJob } from "./job";

/** What a worker has. */
export interface Means {
  /** What computes the numbers: `versionsOf` them. */
  readonly versions: string;
  readonly execution: ExecutionChoice;
  /** Digest of a run's inputs as they are here. */
  readonly digestOf: (spec: RunSpec) => Promise<string>;
  /** Whether packages that runs name in `use` may be loaded. */
  readonly allowUse: boolean;
  /** Address of its store. */
  readonly store?: string;
}

/** A job that can be done here, or the reason why not. */
export type Checked = { readonly job: RunJob; readonly spec: RunSpec } | { readonly refused: string };

/**
 * Checks a job from the queue: whether this worker would compute the same run. Data, dictionaries and models are compared by content, and
 * the run's identity is computed again.
 */
export async function checkedJob(data: unknown, { versions, digestOf, allowUse, store }: Means): Promise<Checked> {
  let job: RunJob;
  let spec: RunSpec;
  try {
    job = jobIn(data);
    spec = resolveRun(job.spec);
  } catch (error) {
    return {
      refused: `does not understand it, as another release of Weightcast wrote it: ${(error as Error).message}`,
    };
  }
  if (spec.use.length > 0 && !allowUse)
    return { refused: `may not load ${spec.use.join(", ")}, which runs its code; start the worker with --allow-use` };
  if (job.store !== undefined && job.store !== store)
    return {
      refused: `has ${store === undefined ? "no store" : `another store, ${store}`}, and the trained network goes into ${job.store}; start the worker with --store ${job.store}`,
    };
  const inputs = await digestOf(spec);
  if (inputs !== job.inputs) return { refused: lacking(spec) };
  if (identityOf(spec, versions, inputs) !== job.id)
    return { refused: "computes other numbers for it; install the same release of Weightcast" };
  try {
    checkSize(spec);
  } catch (error) {
    return { refused: `is too small for it: ${(error as Error).message}` };
  }
  return { job, spec };
}

/** Why a worker can't do a run whose inputs are not those of the coordinator. */
function lacking({ data, use, from }: RunSpec): string {
  const inputs = [data.folder, data.table, ...use, from].filter((path) => path !== undefined);
  return `does not have ${inputs.join(", ")}, or with other contents; copy what the coordinator has, and start the worker again`;
}
