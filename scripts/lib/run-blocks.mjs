// Runs the code of files one after another in this process, as a reader goes through a document: run-blocks.mjs RESULTS FILE … Writes
// what became of them to RESULTS, as JSON: for each file its fault, or null.

import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [results, ...files] = process.argv.slice(2);
const faults = {};
let running;

/** The fault of the file that runs, also when nobody awaits what has failed. */
function fail(error) {
  faults[running] ??= error?.stack ?? String(error);
}
process.on("uncaughtException", fail);
process.on("exit", () => writeFileSync(results, JSON.stringify(faults)));

for (running of files) {
  try {
    await import(pathToFileURL(running).href);
  } catch (error) {
    fail(error);
  }
  faults[running] ??= null;
}
