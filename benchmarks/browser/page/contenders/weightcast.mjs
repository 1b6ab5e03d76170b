import { useEngine } from "@weightcast/backend";
import * as ort from "onnxruntime-web/wasm";
import { compiled, scalars } from "../../network.mjs";

/** Weightcast: the step is traced in this page and run by onnxruntime-web. Its weights equal the problem's: same seed. */
export async function open({ variant, threads, prepared }, batches) {
  ort.env.wasm.wasmPaths = "/ort/";
  await useEngine("cpu");
  const step = await compiled(variant, { runtime: ort, threads, ...(prepared && { samples: { input: "inputs" } }) });
  const data = [];
  for (const { inputs, labels } of batches)
    data.push({ inputs: prepared ? await step.preparation.run(inputs) : inputs, labels, scalars });
  let at = 0;
  return async function run(count) {
    const outputs = await step.runAll(Array.from({ length: count }, () => data[at++ % data.length]));
    return outputs.at(-1).loss[0];
  };
}
