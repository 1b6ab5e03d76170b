// Worker of a queue whose runs only wait: what is measured is the scheduling. usage: sleeping-worker.mjs URL JOBS MILLISECONDS FOLDER

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { serveQueue } from "@weightcast/queue";
import { readRecord } from "@weightcast/runs";

const [url, jobs, milliseconds, folder] = process.argv.slice(2);
const [made] = await readRecord(fileURLToPath(new URL("../../results/fig4-quick", import.meta.url)));

await serveQueue(url, {
  ...{ folder, engine: "cpu", execution: "eager", jobs: Number(jobs) },
  // The first note says that it is ready.
  onNote: (text) => console.log(text),
  async executor(spec, { id }) {
    await sleep(Number(milliseconds));
    return { ...made, id, spec };
  },
});
