import { resolve } from "node:path";
import type { RunEvent } from "@weightcast/runs";
import { asUsage, usageError } from "../../errors";
import { checkFolder } from "../../input/writable";
import { duration } from "../../terminal/format";
import { interruptible } from "../../terminal/interrupt";
import type { World } from "../../world";
import { withStore } from "../with-store";
import type { WorkerFlags } from "./flags";

/** Does runs of a queue until an interruption, and says on stderr what it does. */
export async function serve(given: string | undefined, options: WorkerFlags, world: World): Promise<void> {
  const url = given ?? world.environment.WEIGHTCAST_QUEUE;
  if (url === undefined) throw usageError("worker: needs a Redis server: redis://HOST:PORT, or WEIGHTCAST_QUEUE");
  const { engine, execution, jobs, silence, allowUse = false } = options;
  const folder = resolve(world.folder, options.folder);
  await checkFolder("--folder", options.folder, world.folder);
  const note = (text: string) => world.stderr.write(`${text}\n`);
  await withStore(options.store, note, world, async (store) => {
    const { serveQueue } = await world.services.queue();
    await interruptible(
      world,
      () => note("Stopping: runs are put back with a checkpoint; press Ctrl-C again to quit immediately."),
      (signal) =>
        asUsage(() =>
          serveQueue(url, {
            ...{ folder, engine, execution, allowUse, signal },
            ...(store && { store }),
            ...(jobs !== undefined && { jobs }),
            goneMs: 1000 * silence,
            onNote: note,
            onEvent: (event) => {
              const text = textOf(event);
              if (text !== undefined) note(text);
            },
          }),
        ),
    );
  });
}

/** Events that a worker's log shows. */
function textOf(event: RunEvent): string | undefined {
  const { label } = event;
  if (event.type === "start") return `${label}: begins, ${event.engine.engine}`;
  if (event.type === "note") return `${label}: ${event.message}`;
  if (event.type === "resume") return `${label}: goes on from its checkpoint at step ${event.step}`;
  if (event.type === "end") return `${label}: done in ${duration(event.record.result.seconds)}`;
  return undefined;
}
