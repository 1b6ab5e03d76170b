import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { codeOf } from "./error";

/** Name of the space of this machine's process numbers: containers may share a machine's name, but not its process numbers. */
export function processSpace(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname(); // not Linux
  }
}

/** Whether there is a process of this number in this process's space. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}
