import { integers, op } from "../graph/graph";
import { toOnnx } from "./onnx";
import { openSession, type Runtime } from "./runtime";

const known = new WeakMap<Runtime, Promise<number | undefined>>();

/**
 * Number of channels side by side in the layout of the runtime's fastest convolutions, which depends on the processor: 8 with AVX2, 16 with
 * AVX-512. Undefined where there is no such layout, as in browsers. Found by reordering an image whose pixels tell where they went.
 */
export function channelBlock(runtime: Runtime): Promise<number | undefined> {
  if (!runtime.env.versions.node) return Promise.resolve(undefined);
  let found = known.get(runtime);
  if (!found) {
    found = measure(runtime);
    known.set(runtime, found);
  }
  return found;
}

/** Largest block that is looked for. */
const largest = 64;

async function measure(runtime: Runtime): Promise<number | undefined> {
  const image = { shape: [1, largest, 1, 2], type: "float32" } as const;
  const reordered = op("com.microsoft.nchwc::ReorderInput", [image], image.shape);
  const model = toOnnx({
    inputs: [image],
    outputs: [op("Reshape", [reordered, integers([2 * largest])], [2 * largest])],
  });
  // A runtime without the layout does not know the operator.
  const session = await openSession(runtime, model, { threads: 1 }).catch(() => undefined);
  if (!session) return undefined;
  try {
    const pixels = Float32Array.from({ length: 2 * largest }, (_, i) => i);
    const results = await session.run({ in0: new runtime.Tensor("float32", pixels, image.shape) });
    // The second pixel of the first channel comes after the first pixels of a block of channels.
    const block = (results.out0!.data as Float32Array).indexOf(1);
    return block > 1 && block < largest ? block : undefined;
  } finally {
    await session.release();
  }
}
