import { type FileHandle, mkdir, open } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { writeAll } from "@weightcast/disk";
import { eventBytes, versionBytes } from "./encode";
import type { Summary } from "./event";
import { framed } from "./framing";

/** Writer of an event file. Calls may overlap: events are written in the order of the calls. */
export interface EventWriter {
  /** Path of the file. */
  readonly file: string;
  /**
   * Appends what was measured at a step.
   * @throws from the call that fails and from all later ones the system's error; the file ends in its last whole event
   */
  add(step: number, summaries: readonly Summary[]): Promise<void>;
  /** Appends that a training begins, or goes on, at a step: what earlier files say of it and of later ones no longer counts. */
  start(step: number): Promise<void>;
  /** Closes the file, after what has been added. */
  close(): Promise<void>;
}

/**
 * New event file in a folder, which TensorBoard shows as a run: `events.out.tfevents.SECONDS.HOST.PROCESS.NUMBER`. A training that goes on
 * after an interruption has a further file.
 * @param folder created if absent
 * @throws the system's error
 */
export async function openEvents(folder: string): Promise<EventWriter> {
  await mkdir(folder, { recursive: true });
  const { file, handle } = await create(folder);
  let size = 0;
  let failure: { readonly error: unknown } | undefined;
  const append = async (bytes: Uint8Array) => {
    if (failure) throw failure.error;
    const record = framed(bytes);
    try {
      await writeAll(handle, record);
      size += record.length;
    } catch (error) {
      failure = { error };
      // Readers wait for the rest of a record that was begun.
      await handle.truncate(size).catch(() => {});
      throw error;
    }
  };
  let last: Promise<void> = append(versionBytes(now()));
  const inTurn = (bytes: Uint8Array) => {
    const turn = last.catch(() => {}).then(() => append(bytes));
    last = turn;
    return turn;
  };
  await last.catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  return {
    file,
    add: (step, summaries) => inTurn(eventBytes({ step, time: now(), summaries })),
    start: (step) => inTurn(eventBytes({ step, time: now(), summaries: [], starts: true })),
    async close() {
      await last.catch(() => {});
      await handle.close();
    },
  };
}

const now = (): number => Date.now() / 1000;

/** Creates a file with a name of its own. */
async function create(folder: string): Promise<{ readonly file: string; readonly handle: FileHandle }> {
  const seconds = `${Math.floor(now())}`.padStart(10, "0");
  for (let number = 0; ; number++) {
    const file = join(folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${number}`);
    try {
      return { file, handle: await open(file, "wx") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
