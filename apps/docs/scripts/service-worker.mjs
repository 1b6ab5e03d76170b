import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const source = new URL("service-worker.js", import.meta.url);

/** Writes the site's service worker, whose version is that of the site's files: their names hold their digests. */
export function writeServiceWorker(folder) {
  const names = readdirSync(join(folder, "assets")).sort().join("\n");
  const version = createHash("sha256").update(names).digest("hex").slice(0, 12);
  writeFileSync(join(folder, "sw.js"), readFileSync(source, "utf8").replace("VERSION", version));
}
