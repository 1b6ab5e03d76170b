import type * as tf from "@tensorflow/tfjs-core";
import {
  type CompiledFunction,
  type CompiledStep,
  compileFunction,
  compileStep,
  type Mapped,
  type Preparation,
  type Runtime,
  type SamplesOption,
  type TensorSpec,
} from "@weightcast/compile";
import { sizesOf } from "./draw-noise";
import type { Executor, Part } from "./executor";
import { functionalCall } from "./functional-call";
import { bufferVariables, type OpenVariable, trainableVariables } from "./layer-variable";
import { softmaxCrossEntropy } from "./loss";
import type { Plan } from "./plan";
import { type Batch, type BatchSource, checkBatch } from "./source";
import type { BatchTensors, TrainingState } from "./step";

interface StepInputs extends BatchTensors {
  readonly scalars: readonly tf.Tensor[];
  readonly noise: readonly tf.Tensor[];
}
interface AnswerInputs extends BatchTensors {
  readonly weights: readonly tf.Tensor[];
  readonly buffers: readonly tf.Tensor[];
}
type TrainingProgram = CompiledStep<TrainingState, StepInputs, { readonly loss: tf.Scalar }>;
type AnswerProgram = CompiledFunction<AnswerInputs, { readonly outputs: tf.Tensor; readonly loss: tf.Scalar }>;

/**
 * Runs every step as one graph, by ONNX Runtime. A graph is made for every size of batch that comes (two at most,
 * where the last batch of an epoch is smaller). Sources that can be prepared are, within `compile.memory`.
 * @throws CompileError where the model cannot be compiled
 */
export async function compiledExecutor(plan: Plan, runtime: Runtime): Promise<Executor> {
  const { model, options, step, noise } = plan;
  const { evaluation, optimizer, loss = softmaxCrossEntropy, compile = {} } = options;
  const { threads, stepsPerCall, memory = 2 ** 30 } = compile;
  const settings = { runtime, layers: model.layers, ...(threads !== undefined && { threads }) };
  const weights = trainableVariables(model).map(specOf);
  const slots = weights.map((one) => Array.from({ length: optimizer.slots }, () => one));
  const buffers = bufferVariables(model).map(specOf);
  const scalars = optimizer.scalars(1, 0).map(() => spec([]));

  const openStep = (count: number, prepared: boolean): Promise<TrainingProgram> =>
    compileStep<TrainingState, StepInputs, { readonly loss: tf.Scalar }>(
      (held, { inputs, labels, scalars, noise }) => {
        const { weights, slots, buffers, loss } = step(held, { inputs, labels }, scalars, noise);
        return { state: { weights, slots, buffers }, outputs: { loss } };
      },
      {
        state: { weights, slots, buffers },
        inputs: {
          ...batchSpecs(plan.source, count),
          scalars,
          noise: noise.map(({ shape }) => spec(sizesOf(shape, count))),
        },
      },
      {
        ...settings,
        ...(prepared && samplesOf(plan.source, memory)),
        ...(stepsPerCall !== undefined && { stepsPerCall }),
      },
    );
  const openAnswer = (count: number, prepared: boolean): Promise<AnswerProgram> =>
    compileFunction<AnswerInputs, { readonly outputs: tf.Tensor; readonly loss: tf.Scalar }>(
      ({ weights, buffers, inputs, labels }) => {
        const outputs = functionalCall(model, weights, inputs, { training: false, buffers });
        return { outputs, loss: loss(outputs, labels, inputs) };
      },
      { ...batchSpecs(evaluation!.source, count), weights, buffers },
      { ...settings, ...(prepared && samplesOf(evaluation!.source, memory)) },
    );

  const programs = bySize(openStep);
  const answers = bySize(openAnswer);
  const release = async () => {
    await Promise.all([programs.release(), answers.release()]);
  };
  try {
    const preparation = await programs.start(plan.source);
    const source = await preparedBy(preparation, plan.source);
    const heldOut = evaluation?.source;
    const held = heldOut && (await preparedBy(await answers.start(heldOut), heldOut));
    let now = await programs(Math.min(plan.source.batchSize, plan.source.count));
    const { node, web } = runtime.env.versions;
    const state = () => now.state() as { weights: Float32Array[]; slots: Float32Array[][]; buffers: Float32Array[] };
    // What the answers of one evaluation are computed with.
    let present: ReturnType<typeof state> | undefined;
    return {
      about: {
        execution: "compiled",
        runtime: node ? `onnxruntime-node ${node}` : `onnxruntime-web ${web}`,
        prepared: preparation !== undefined,
      },
      group: now.stepsPerCall,
      source,
      ...(held && { held }),
      load(arrays) {
        now.load(arrays);
        present = undefined;
      },
      state: async () => state(),
      async update(parts) {
        for (const { batch } of parts) checkBatch(source, batch);
        present = undefined;
        const losses: (number | undefined)[] = [];
        for (const alike of bySameSize(parts)) {
          const next = await programs(alike[0]!.batch.count);
          if (next !== now) next.load(now.state());
          now = next;
          const given = alike.map(({ batch: { inputs, labels }, scalars, noise }) => ({
            inputs,
            labels,
            scalars: scalars.map((value) => Float32Array.of(value)),
            noise,
          }));
          const outputs = await now.runAll(given);
          losses.push(...outputs.map(({ loss }, i) => (alike[i]!.wanted ? loss[0]! : undefined)));
        }
        return losses;
      },
      async answer(batch) {
        checkBatch(held!, batch);
        const program = await answers(batch.count);
        present ??= state();
        const { weights, buffers } = present;
        const { inputs, labels } = batch;
        const { outputs, loss } = await program.run({ inputs, labels, weights, buffers });
        return { outputs: outputs as Float32Array, loss: loss[0]! };
      },
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

const spec = (shape: readonly number[], dtype = "float32"): TensorSpec => ({ shape, dtype });

const specOf = ({ shape }: OpenVariable): TensorSpec => spec(shape as readonly number[]);

const batchSpecs = ({ inputShape }: BatchSource, count: number): Mapped<BatchTensors, TensorSpec> => ({
  inputs: spec([count, ...inputShape]),
  labels: spec([count], "int32"),
});

/** What may be prepared: of sources that can be asked to, as much as fits into so many bytes. */
function samplesOf(source: BatchSource, memory: number): { readonly samples?: SamplesOption<BatchTensors> } {
  return source.prepared ? { samples: { input: "inputs", limit: Math.floor(memory / 4 / source.count) } } : {};
}

async function preparedBy(preparation: Preparation | undefined, source: BatchSource): Promise<BatchSource> {
  return preparation ? source.prepared!(preparation.shape, (rows) => preparation.run(rows)) : source;
}

/** The parts in lists, in their order, each list with batches of one size. */
function bySameSize(parts: readonly Part[]): readonly (readonly Part[])[] {
  const lists: Part[][] = [];
  for (const part of parts) {
    const list = lists.at(-1);
    if (list?.[0]?.batch.count === part.batch.count) list.push(part);
    else lists.push([part]);
  }
  return lists;
}

interface Openable {
  readonly preparation?: Preparation;
  release(): Promise<void>;
}

/** Programs by the size of the batch. All of them want their samples prepared alike, or none does. */
function bySize<P extends Openable>(open: (count: Batch["count"], prepared: boolean) => Promise<P>) {
  const opened = new Map<number, P>();
  let wanted: string | undefined;
  const shapeOf = ({ preparation }: P) => preparation && JSON.stringify(preparation.shape);
  const release = async () => {
    await Promise.allSettled([...opened.values()].map((program) => program.release()));
    opened.clear();
  };
  const get = async (count: number) => {
    const known = opened.get(count);
    if (known) return known;
    const program = await open(count, wanted !== undefined);
    opened.set(count, program);
    if (shapeOf(program) !== wanted)
      throw new RangeError(
        `source: a batch of ${count} samples was not to be expected of a source with batches of its batchSize; set compile.memory to 0`,
      );
    return program;
  };
  /** Opens those that a source announces. @returns how its samples are to be prepared, if all agree on it */
  const start = async ({ count, batchSize, batchesPerEpoch }: BatchSource): Promise<Preparation | undefined> => {
    const rest = count % batchSize;
    const sizes = new Set([
      Math.min(batchSize, count),
      ...(rest > 0 && batchesPerEpoch * batchSize > count ? [rest] : []),
    ]);
    for (const size of sizes) opened.set(size, await open(size, true));
    const shapes = new Set([...opened.values()].map(shapeOf));
    if (shapes.size === 1) wanted = [...shapes][0];
    else {
      // The product's order depends on the size of the batch: what one prepares, the other needs as it is.
      await release();
      for (const size of sizes) opened.set(size, await open(size, false));
    }
    return [...opened.values()][0]!.preparation;
  };
  return Object.assign(get, { start, release });
}
