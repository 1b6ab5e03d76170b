import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type EngineReport, useEngine } from "@weightcast/backend";
import type { EngineChoice } from "@weightcast/backend/names";
import { type PixelOptions, source } from "@weightcast/datasets";
import { FileError, type LoadedModel, type ModelNotes } from "@weightcast/files";
import { loadModel } from "@weightcast/files/node";
import type { Execution } from "@weightcast/training";
import { sizeOf } from "@weightcast/types";
import { registerBuiltIns } from "../build/dictionaries";
import { endOf } from "./end-of";
import { type ForwardOptions, openForward } from "./forward";
import { imageShape } from "./image-shape";
import { type Origin, runOf } from "./origin";

/** Network of a model file that tells the classes of images apart. */
export interface Classifier {
  readonly kind: "images";
  readonly model: LayersModel;
  /** Shape of the images that it takes: [height, width], or [height, width, 3] in color. */
  readonly shape: readonly number[];
  /** Names of the classes, in the order of the outputs. */
  readonly classes: readonly string[];
  /** Conversion of bytes to its inputs; empty if the file does not say, so that they lie in [0, 1]. */
  readonly pixels: PixelOptions;
  /** Run that the file came from, if it says so. */
  readonly origin?: Origin;
  /** Engine that made the network. */
  readonly engine: EngineReport;
  /** How it is computed. */
  readonly execution: Execution;
  /**
   * Logarithms of the probabilities of the classes, up to a constant for each image.
   * @param images [count, prod(shape)] bytes
   * @returns [count, classes]
   */
  logits(images: Uint8Array): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Options of {@link openClassifier}. */
export interface ClassifierOptions extends Omit<ForwardOptions, "batch"> {
  /** @default "auto": native, else wasm, else cpu */
  readonly engine?: EngineChoice;
  /** Shape of the images, if the file does not say: [28, 28]. */
  readonly shape?: readonly number[];
}

/** Images in a call: few enough to keep the maps of a convolution small. */
const batches = { flat: 1000, maps: 200 };

/**
 * Network in a model file, as a classifier of images. Dictionaries of other packages must be registered.
 * @throws FileError as `loadModel`; `FILE_UNUSABLE` if its network is none that tells the classes of images apart
 * @throws RangeError if the size of the images is unknown
 */
export async function openClassifier(path: string, options: ClassifierOptions = {}): Promise<Classifier> {
  registerBuiltIns();
  const engine = await useEngine(options.engine);
  return classifierOf(path, await loadModel(path), engine, options);
}

/** The same for a model file that was read. If it is of no use, its network is disposed. */
export async function classifierOf(
  path: string,
  { model, ...notes }: LoadedModel,
  engine: EngineReport,
  options: ClassifierOptions,
): Promise<Classifier> {
  try {
    const outputs = outputsOf(path, model, notes);
    const origin = runOf(notes.origin);
    const input = model.inputs[0]!.shape.slice(1) as number[];
    const shape = options.shape ?? imageShape(model, notes, origin);
    if (!shape)
      throw new RangeError(
        `${path}: its network takes ${input.join(" × ")} numbers, and it does not say of which images; give their size, such as --size 28,28`,
      );
    if (sizeOf(shape) !== sizeOf(input))
      throw new RangeError(
        `${path}: its network takes ${input.join(" × ")} numbers; images of ${shape.join(" × ")} have ${sizeOf(shape)}; give the size of the images it was trained on`,
      );
    const { scale, offset } = notes.inputs ?? {};
    const pixels = { ...(scale !== undefined && { scale }), ...(offset !== undefined && { offset }) };
    const most = input.length === 1 ? batches.flat : batches.maps;
    const batch = Math.min(most, Math.max(1, options.examples ?? most));
    const forward = await openForward(model, { ...options, batch });
    const classes = notes.classes ?? Array.from({ length: outputs.count }, (_, label) => `${label}`);
    return {
      kind: "images",
      model,
      shape,
      classes,
      pixels,
      ...(origin && { origin }),
      engine,
      execution: forward.execution,
      async logits(images) {
        const count = images.length / sizeOf(shape);
        const all = new Float32Array(count * classes.length);
        if (count === 0) return all;
        const split = { images, labels: new Uint8Array(count), count };
        let at = 0;
        for (const { inputs, count: some } of source(split, input, classes.length, {
          size: Math.min(batch, count),
          shuffle: false,
          ...pixels,
        }).batches(0)) {
          const found = await forward.run(inputs, some);
          all.set(outputs.kind === "logits" ? found : found.map(Math.log), at);
          at += found.length;
        }
        return all;
      },
      async release() {
        await forward.release();
        model.dispose();
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Number and kind of a network's outputs. */
function outputsOf(path: string, model: LayersModel, { inputs, task, classes }: ModelNotes) {
  const refuse = (what: string) =>
    new FileError("FILE_UNUSABLE", `${path}: ${what}; this is for networks that tell classes of images apart`);
  const [input] = model.inputs;
  const [output] = model.outputs;
  if (model.inputs.length !== 1 || model.outputs.length !== 1 || !input || !output)
    throw refuse(`its network has ${model.inputs.length} inputs and ${model.outputs.length} outputs`);
  if (task !== undefined && task !== "classification") throw refuse(`its task is ${JSON.stringify(task)}`);
  if (inputs?.features !== undefined) throw refuse(`its inputs are ${inputs.features} features of speech`);
  const count = output.shape.at(-1);
  if (output.shape.length !== 2 || count === null || count === undefined || count < 2)
    throw refuse(`its outputs are ${output.shape.slice(1).join(" × ")} numbers`);
  if (input.shape.slice(1).some((size) => size === null)) throw refuse("its inputs have no fixed size");
  if (classes && classes.length !== count) throw refuse(`it names ${classes.length} classes for ${count} outputs`);
  const ends = endOf(model);
  if (ends === "sigmoid") throw refuse("its outputs are probabilities of their own, by a sigmoid");
  return { count, kind: ends === "softmax" ? ("probabilities" as const) : ("logits" as const) };
}
