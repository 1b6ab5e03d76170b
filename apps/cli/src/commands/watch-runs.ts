import type { Execution, LockHolder, RunEvent } from "@weightcast/runs";
import { hasCode, interruption } from "../errors";
import { interruptible } from "../terminal/interrupt";
import { liveView } from "../terminal/progress/live";
import { plainView } from "../terminal/progress/plain";
import { unusedText } from "../terminal/unused";
import type { World } from "../world";

/** Work that computes runs. */
export interface Watched {
  /** Labels of all runs. */
  readonly labels: readonly string[];
  /** Command that repeats the work. */
  readonly command: string;
  /** Folder of the record. */
  readonly folder: string;
}

/** Connection of the work to its display. */
export interface Watch {
  /** Signal that an interruption aborts. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Prints a line, unless the same line was printed before. */
  readonly note: (text: string) => void;
}

/** Result of work whose runs are shown on stderr as they proceed; an interruption stops it and explains how to continue. */
export async function watchRuns<T>(
  { labels, command, folder }: Watched,
  world: World,
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  const view = world.stderr.isTTY ? liveView(world, labels) : plainView(world, labels);
  const notes = new Set<string>();
  const note = (text: string) => {
    if (!notes.has(text)) view.note(text);
    notes.add(text);
  };
  const onEvent = (event: RunEvent) => {
    if (event.type === "start") note(`Engine: ${event.engine.reason}`);
    if (event.type === "unused") note(`Not used: ${unusedText(event.unused)}.`);
    if (event.type === "execution") note(executionNote(event.execution));
    if (event.type === "note") note(`${event.label}: ${event.message}`);
    if (event.type === "wait") note(waitNote(event.label, event.holder));
    if (event.type === "again") note(`${event.label}: in the record, but without its network: it is trained again.`);
    if (event.type === "fail") note(failNote(event));
    view.on(event);
  };
  try {
    return await interruptible(
      world,
      () => note("Stopping after the current steps; press Ctrl-C again to quit immediately."),
      (signal) => work({ signal, onEvent, note }),
    );
  } catch (error) {
    if (!hasCode(error, "INTERRUPTED")) throw error;
    throw interruption(`interrupted. Completed work is kept in ${folder}; to continue:\n\n  ${command}\n`);
  } finally {
    view.stop();
  }
}

/** Who is doing a run, and what follows from that, in one line. */
function waitNote(label: string, holder: LockHolder | undefined): string {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} has been training it since ${new Date(holder.since).toLocaleTimeString("en-US")}`
    : "another process is training it";
  return `${label}: ${who}; its result is waited for, after the other runs (end that process to train it here).`;
}

/** A run that failed, in one line. */
const failNote = ({ label, message, finished }: Extract<RunEvent, { readonly type: "fail" }>): string =>
  `${message.startsWith(label) ? "" : `${label}: `}${message}${finished === undefined ? "" : ` (recorded ${finished})`}`;

/** How steps are computed, in one line. */
function executionNote({ execution, runtime, reason }: Execution): string {
  if (execution === "compiled") return `Steps: compiled, by ${runtime}.`;
  return `Steps: eager, by the engine${reason === undefined ? "." : `, several times slower than compiled: ${reason}`}`;
}
