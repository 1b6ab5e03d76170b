import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a temporary folder, which is gone when the process ends, also by Ctrl-C. @returns its path */
export function scratchFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `weightcast-${name}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
  return folder;
}
