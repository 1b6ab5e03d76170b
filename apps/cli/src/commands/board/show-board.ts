import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { asUsage, failure, usageError } from "../../errors";
import { interruptible } from "../../terminal/interrupt";
import type { World } from "../../world";
import type { BoardFlags } from "./flags";

/** Shows the runs of a folder in a page until an interruption. */
export async function showBoard(given: string | undefined, { port }: BoardFlags, world: World): Promise<void> {
  const folder = given ?? world.environment.WEIGHTCAST_FOLDER ?? "runs";
  const path = resolve(world.folder, folder);
  if (existsSync(path) && !statSync(path).isDirectory())
    throw usageError(`board: takes the folder of a record; got the file ${folder}`);
  const { openBoard } = await world.services.board();
  const note = (text: string) => world.stderr.write(`${text}\n`);
  const onError = (error: unknown) => note(`Warning: ${error instanceof Error ? error.message : String(error)}`);
  const board = await asUsage(() => openBoard(path, { onError, ...(port !== undefined && { port }) })).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") throw failure(`--port ${port}: is taken by another program; leave it out`);
      if (error.code === "EACCES") throw failure(`--port ${port}: this user may not open it; take one above 1023`);
      throw error;
    },
  );
  try {
    if (!existsSync(path)) note(`${folder} is not there yet: runs appear on the page once there are some.`);
    world.stdout.write(`${board.url}\n`);
    note("Open this address in a browser on this machine; Ctrl-C ends the page.");
    await interruptible(world, () => {}, aborted);
  } finally {
    await board.close();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    signal.addEventListener("abort", () => done());
    if (signal.aborted) done();
  });
