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
import type { BatchSource } from "@weightcast/types";
import { InterruptedError } from "../interrupted";
import { encodeTrained, type Training } from "../model/model-file";
import type { RunSpec } from "../spec";
import { scheduleOf, stepOptions } from "./training-options";
import type { ExecutionChoice } from "./versions";

/** Context of {@link quantized}. */
interface QuantizedContext {
  readonly execution: ExecutionChoice;
  readonly compile: TrainCompileOptions;
  /** Images that measure the model. */
  readonly tests: BatchSource;
  readonly storage: CheckpointStorage;
  /** Steps between checkpoints. */
  readonly every: number;
  readonly signal?: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
  readonly onTraining: (isTraining: boolean) => void;
}

/** Model that was made small. */
export interface Quantized {
  /** Types and scales of its weights. */
  readonly grids: Quantization;
  /** Errors of the model that is read from these bytes. */
  readonly evaluation: Evaluation;
  /** Epochs of training with rounded weights. */
  readonly history: TrainResult["history"];
  readonly seconds: number;
}

/**
 * Makes a trained model small: chooses types and scales, trains it further with rounded weights, and measures the model that is read from
 * its file.
 * @throws InterruptedError once the signal is aborted, with a checkpoint stored
 */
export async function quantized(
  model: LayersModel,
  images: BatchSource,
  training: Training,
  context: QuantizedContext,
): Promise<Quantized> {
  const { id, spec } = training;
  const { execution, compile, tests, storage, every, signal, onEvent, onTraining } = context;
  const { epochs, rate } = spec.quantization!;
  const grids = gridsOf(model, spec.quantization!);
  let trained: TrainResult | undefined;
  if (epochs > 0) {
    const { warmup: _, ...rule } = spec.training;
    trained = await train(model, images, {
      epochs,
      ...stepOptions(rule),
      schedule: scheduleOf({ ...rule, epochs, rate, schedule: "cosine" }, epochs * images.batchesPerEpoch),
      quantizer: quantizerOf(model, grids),
      evaluation: { source: tests },
      checkpoint: { storage, every, meta: { run: id } },
      ...{ execution, compile },
      ...(signal && { signal }),
      onEvent: (event) => {
        if (event.type === "start") onTraining(true);
        onEvent(event);
      },
    });
    onTraining(false);
    if (trained.status === "interrupted") throw new InterruptedError();
  }
  const read = (await decodeModel(await encodeTrained(model, training, grids))).model;
  try {
    const evaluation = await evaluate(read, tests);
    return { grids, evaluation, history: trained?.history ?? [], seconds: trained?.seconds ?? 0 };
  } finally {
    read.dispose();
  }
}

/** Types and scales of a model's weights, by layer. */
function gridsOf(
  model: LayersModel,
  { type, layers, vectors, scaledBy }: NonNullable<RunSpec["quantization"]>,
): Quantization {
  return quantization(model, {
    type: ({ name, shape }) => (shape.length < 2 ? vectors : (layers[name.split("/")[0]!] ?? type)),
    scaledBy,
  });
}
