import { useEngine } from "@weightcast/backend";
import * as ort from "onnxruntime-web/wasm";
import { compiled, scalars } from "../../network.mjs";

const several = 4;

/** Weightcast with four steps in one graph; what is left over of a count, one at a time. */
export async function open({ variant, threads }, batches) {
  ort.env.wasm.wasmPaths = "/ort/";
  await useEngine("cpu");
  const one = await compiled(variant, { runtime: ort, threads });
  const four = await compiled(variant, { runtime: ort, threads }, several);
  let at = 0;
  let holder = one;
  const take = () => ({ ...batches[at++ % batches.length], scalars });
  /** The program, with the state that the other one had. */
  const use = (program) => {
    if (program !== holder) program.load(holder.state());
    holder = program;
    return program;
  };
  return async function run(count) {
    let loss;
    let left = count;
    for (; left >= several; left -= several)
      ({ loss } = (await use(four).run(Array.from({ length: several }, take))).at(-1));
    for (; left > 0; left--) ({ loss } = await use(one).run(take()));
    return loss[0];
  };
}
