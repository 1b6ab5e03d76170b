import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineName } from "@weightcast/backend";

/** Milliseconds that a process which has done its run waits for another. */
const idleMs = 5000;

/** Processes of runs: those that go on, and those that wait for another run. */
const children = new Set<ChildProcess>();

interface Idle {
  readonly child: ChildProcess;
  /** Ends its wait. */
  readonly wake: () => void;
}

/** Processes that wait, by their engine. */
const idle = new Map<EngineName, Idle[]>();

/**
 * Process for a run, which never outlives this one: one that has done such a run before, because starting it takes longer than a short
 * run, or a new one.
 */
export function takeProcess(engine: EngineName): ChildProcess {
  const waiting = idle.get(engine) ?? [];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    next.wake();
    if (next.child.connected) return next.child; // otherwise it has just ended
  }
  const child = fork(fileURLToPath(new URL("./worker.js", import.meta.url)), { serialization: "advanced" });
  if (children.size === 0) process.on("exit", killAll);
  children.add(child);
  child.on("error", () => {}); // the run that it does reports it
  child.once("exit", () => {
    children.delete(child);
    if (children.size === 0) process.off("exit", killAll);
  });
  return child;
}

/** Lets a process that has done a run wait for another on its engine, without keeping this one alive. */
export function keepProcess(engine: EngineName, child: ChildProcess): void {
  const others = idle.get(engine) ?? [];
  idle.set(engine, others);
  const leave = () => {
    const place = others.indexOf(entry);
    if (place >= 0) others.splice(place, 1);
  };
  const end = () => {
    leave();
    child.kill("SIGKILL");
  };
  const late = setTimeout(end, idleMs);
  const entry = {
    child,
    wake() {
      clearTimeout(late);
      child.off("exit", leave);
      child.ref();
      child.channel?.ref();
    },
  };
  others.push(entry);
  child.once("exit", leave);
  for (const one of [late, child, child.channel]) one?.unref();
}

/** Kills them all, as at a second Ctrl-C. */
function killAll(): void {
  for (const child of children) child.kill("SIGKILL");
}
