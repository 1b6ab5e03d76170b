import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { EngineReport } from "@weightcast/backend";
import { canonical, type ExecutionChoice, identityOf, resolveRun, versionsOf } from "@weightcast/runs";
import { version } from "../package.json";

/** Process on some machine that offers or takes runs, as it announces itself. */
export interface Host {
  readonly host: string;
  readonly pid: number;
  /** Release of this package. */
  readonly release: string;
  /** What computes the numbers: versions of the engine and the runtime, and the kind of processor. */
  readonly computes: string;
  /** Digest of everything that decides the digits of a run's numbers, from the software. Runs go only to workers that have the same. */
  readonly key: string;
}

/** Raised when jobs or outcomes change their form. */
const protocol = 2;

/** This process. @param engine in use, and how steps are computed */
export async function hostOf(engine: EngineReport, execution: ExecutionChoice): Promise<Host> {
  const versions = await versionsOf(engine, execution);
  const computes = `${versions}; ${process.arch}`;
  // Also changes with what a release computes otherwise.
  const identity = identityOf(resolveRun({ label: "reference" }), versions);
  const key = createHash("sha256").update(canonical({ protocol, computes, identity })).digest("hex").slice(0, 12);
  return { host: hostname(), pid: process.pid, release: version, computes, key };
}

/** Name of a process for people. */
export const nameOfHost = ({ host, pid }: Pick<Host, "host" | "pid">): string => `${host} (process ${pid})`;
