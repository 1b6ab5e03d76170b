// Weightcast's compiled training step, run by onnxruntime-node. usage: weightcast.mjs FOLDER (of a task)

import { useEngine } from "@weightcast/backend";
import { nodeRuntime } from "@weightcast/compile";
import { serve } from "../lib/serve.mjs";
import { readTask } from "../lib/task.mjs";
import { compiledTask } from "./compiled-task.mjs";

await serve(async () => {
  const { runtime } = await nodeRuntime();
  await useEngine("cpu");
  return compiledTask(readTask(process.argv[2]), { runtime });
});
