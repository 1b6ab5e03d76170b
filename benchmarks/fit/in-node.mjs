import { startProcess } from "../lib/process.mjs";

/** Starts a contender in a process of its own, as `measureExample` opens one. */
export async function openProcess(contender, name) {
  const process = startProcess(contender.command(name));
  const { ready, skip } = await process.ask();
  if (skip === undefined) return { ask: process.ask, close: process.close, version: ready.version };
  process.close();
  return { skip };
}
