import type { LayersModel } from "@tensorflow/tfjs-layers";
import { decodeModel, type Quantization, quantization, quantizerOf } from "@weightcast/files";
import {
  type CheckpointStorage,
  type Evaluation,
  evaluate,
  type TrainCompileOptions,
  type TrainingEvent,
  type TrainResult,
  train,
} from "@weightcast/training";
import type { Json } from "@weightcast/types";
import type { RunData, RunSource } from "../build/run-data";
import { InterruptedError } from "../interrupted";
import { encodeTrained, type Training } from "../model/model-file";
import type { RunSpec } from "../spec";
import { scheduleOf, stepOptions } from "./training-options";
import type { ExecutionChoice } from "./versions";

/** Context of a training with rounded weights. */
export interface RoundedContext {
  readonly execution: ExecutionChoice;
  readonly compile: TrainCompileOptions;
  /** Examples that measure the model. */
  readonly tests: RunSource;
  readonly task: RunData["task"];
  readonly storage: CheckpointStorage;
  /** Steps between checkpoints. */
  readonly every: number;
  readonly signal?: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void | Promise<void>;
  readonly onTraining?: (isTraining: boolean) => void;
}

/** How a model is trained with rounded weights. */
export interface Rounding {
  readonly grids: Quantization;
  readonly epochs: number;
  /** Learning rate at the start, on a cosine. */
  readonly rate: number;
  /** Everything else that decides the numbers, for the checkpoint. */
  readonly meta: Json;
}

/**
 * Trains a model further with weights that are rounded to what its file can hold, by the rule of its training.
 * @throws InterruptedError once the signal is aborted, with a checkpoint stored
 */
export async function trainRounded(
  model: LayersModel,
  examples: RunSource,
  { warmup: _, ...rule }: RunSpec["training"],
  { grids, epochs, rate, meta }: Rounding,
  context: RoundedContext,
): Promise<TrainResult> {
  const { execution, compile, tests, task, storage, every, signal, onEvent, onTraining = () => {} } = context;
  const trained = await train(model, examples, {
    ...{ epochs, task },
    ...stepOptions(rule),
    schedule: scheduleOf({ ...rule, epochs, rate, schedule: "cosine" }, epochs * examples.batchesPerEpoch),
    quantizer: quantizerOf(model, grids),
    evaluation: { source: tests },
    checkpoint: { storage, every, meta },
    ...{ execution, compile },
    ...(signal && { signal }),
    onEvent: (event) => {
      if (event.type === "start") onTraining(true);
      return onEvent(event);
    },
  });
  onTraining(false);
  if (trained.status === "interrupted") throw new InterruptedError();
  return trained;
}

/** Model that was made small. */
export interface Quantized {
  /** Types and scales of its weights. */
  readonly grids: Quantization;
  /** Errors of the model that is read from its file. */
  readonly evaluation: Evaluation;
  /** Epochs of training with rounded weights. */
  readonly history: TrainResult["history"];
  readonly seconds: number;
}

/**
 * Makes the trained model of a run small: chooses types and scales, trains it further with rounded weights, and measures the model that is
 * read from its file.
 * @throws InterruptedError once the signal is aborted, with a checkpoint stored
 */
export async function quantized(
  model: LayersModel,
  examples: RunSource,
  training: Training,
  context: RoundedContext,
): Promise<Quantized> {
  const { id, spec } = training;
  const { epochs, rate, ...types } = spec.quantization!;
  const grids = gridsOf(model, types);
  const trained =
    epochs > 0
      ? await trainRounded(model, examples, spec.training, { grids, epochs, rate, meta: { run: id } }, context)
      : { history: [], seconds: 0 };
  const read = (await decodeModel(await encodeTrained(model, training, grids))).model;
  try {
    const { history, seconds } = trained;
    return { grids, evaluation: await evaluate(read, context.tests, { task: context.task }), history, seconds };
  } finally {
    read.dispose();
  }
}

/** Types of a model's weights, by layer. */
export type WeightTypes = Pick<NonNullable<RunSpec["quantization"]>, "type" | "layers" | "vectors" | "scaledBy">;

/**
 * Types and scales of a model's weights, by layer.
 * @throws RangeError if a layer that is named has no weights
 */
export function gridsOf(model: LayersModel, { type, layers, vectors, scaledBy }: WeightTypes): Quantization {
  const layerOf = (name: string) => name.slice(0, name.lastIndexOf("/"));
  const known = new Set(model.weights.map(({ originalName }) => layerOf(originalName)));
  const unknown = Object.keys(layers).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new RangeError(`quantization: layers must be among ${[...known].join(", ")}; got ${JSON.stringify(unknown)}`);
  return quantization(model, {
    type: ({ name, shape }) => (shape.length < 2 ? vectors : (layers[layerOf(name)] ?? type)),
    scaledBy,
  });
}
