import { type RunEvent, type RunRecord, shapeFault } from "@weightcast/runs";
import type { JobsOptions } from "bullmq";
import { z } from "zod";

/** Prefix of everything in Redis. */
export const prefix = "weightcast";

/** Name of the queue whose runs are computed in one way; see `Host`. */
export const queueName = (key: string): string => `runs-${key}`;

/** Name of a job: the identity of its run, so that it is in the queue once; a job whose network is kept is another. */
export const jobIdOf = (id: string, keeps: boolean): string => `${keeps ? "model" : "run"}-${id}`;

/** Key that is set to stop a job. */
export const stopKey = (jobId: string): string => `${prefix}:stop:${jobId}`;

const jobSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  spec: z.unknown(),
  /** `inputDigest` of the run. */
  inputs: z.string(),
  threads: z.int().min(1),
  /** Whether the trained network is kept: in the folder, or in the store if there is one. */
  keeps: z.boolean(),
  /** Address of the store through which the network comes back, without secrets. */
  store: z.string().optional(),
});

/** Run as it travels: what it is, by its contents, and how it is computed. Whoever takes it checks everything again. */
export type RunJob = z.output<typeof jobSchema>;

/** @throws Error if a value is no job of a run */
export const jobIn = (value: unknown): RunJob => jobSchema.parse(value);

/** What a worker reports of a job: an event of the run, or that it can't do it here. */
export type JobProgress =
  | { readonly event: RunEvent }
  | { readonly refused: { readonly by: string; readonly reason: string } };

const outcomeSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("done"), record: z.custom<RunRecord>((value) => isRecord(value)) }),
  z.object({
    status: z.literal("failed"),
    name: z.string(),
    message: z.string(),
    code: z.string().optional(),
  }),
  z.object({ status: z.literal("stopped") }),
]);

/** End of a job: the record; the failure of the run, which another attempt would repeat; or it was stopped, with a checkpoint. */
export type Outcome = z.output<typeof outcomeSchema>;

/** @throws Error if a value is no outcome */
export const outcomeIn = (value: unknown): Outcome => outcomeSchema.parse(value);

const isRecord = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "result" in value && shapeFault(value) === undefined;

/** Seconds that an outcome is kept which nobody has read: that of a coordinator that was killed is read by its next start. */
const keptSeconds = 7 * 24 * 3600;

/** Largest priority of BullMQ, the last to be done. */
const lastPriority = 2 ** 21;

/**
 * Options of a job.
 * @param order number of the job among those of its coordinator: earlier ones come first, also when they come back
 */
export const jobOptions = (jobId: string, order: number, { attempts, retryMs }: Retries): JobsOptions => ({
  jobId,
  priority: Math.min(order, lastPriority),
  attempts,
  backoff: { type: "exponential", delay: retryMs },
  removeOnComplete: { age: keptSeconds },
  removeOnFail: { age: keptSeconds },
});

/** Attempts at a run whose process or disk fails. */
export interface Retries {
  /** @default 5 */
  readonly attempts: number;
  /** Milliseconds before the second attempt, doubled for each further one. @default 2000 */
  readonly retryMs: number;
}
