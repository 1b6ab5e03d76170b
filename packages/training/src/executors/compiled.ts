import type * as tf from "@tensorflow/tfjs-core";
import {
  type CompiledFunction,
  type CompiledStep,
  compileFunction,
  compileStep,
  type Elements,
  type Mapped,
  type Preparation,
  type Runtime,
  type SamplesOption,
  type TensorSpec,
} from "@weightcast/compile";
import type { Part, Values } from "@weightcast/types";
import { type AnyBatch, hasParts, inputsOf, type Source, targetsOf, valuesOf } from "../examples/examples";
import type { Plan } from "../loop/plan";
import { type BatchTensors, checkBatch, taskTensors } from "../step/batch";
import { noiseShape } from "../step/draw-noise";
import { outputsWith } from "../step/functional-call";
import type { StateArrays, TrainingState } from "../step/state";
import { quantized } from "../step/step";
import { buffersOf, type OpenVariable, splitBuffers, trainableVariables } from "../step/variables";
import { evaluationLoss } from "../tasks/task";
import { chooseDevice } from "./device";
import type { Executor, UpdateInputs, UpdateNumbers } from "./executor";
import { programsBySize } from "./programs";

/** Batch as inputs of a graph: an only input, which may be prepared, is named directly. */
interface GraphBatch {
  readonly inputs: tf.Tensor | readonly tf.Tensor[];
  readonly labels: readonly tf.Tensor[];
  /** One tensor, or none. */
  readonly exampleWeights: readonly tf.Tensor[];
}
interface StepInputs extends GraphBatch {
  readonly scalars: readonly tf.Tensor[];
  readonly noise: readonly tf.Tensor[];
}
interface AnswerInputs extends GraphBatch {
  readonly weights: readonly tf.Tensor[];
  readonly buffers: readonly tf.Tensor[];
}
interface StepOutputs {
  readonly loss: tf.Scalar;
  readonly watched: readonly tf.Tensor[];
}
type StepProgram = CompiledStep<TrainingState, StepInputs, StepOutputs>;
interface Answered {
  /** States of stateful layers after the batch. */
  readonly states: readonly tf.Tensor[];
  readonly outputs: readonly tf.Tensor[];
  readonly loss: tf.Scalar;
  readonly watched: readonly tf.Tensor[];
}
type AnswerProgram = CompiledFunction<AnswerInputs, Answered>;

/**
 * Executor that runs every step as one graph, on ONNX Runtime. There is one graph for each batch size (two at most, if
 * the last batch of an epoch is smaller). Sources with `prepared` are prepared, within `compile.memory`.
 * @throws CompileError if the model cannot be compiled
 */
export async function compiledExecutor(plan: Plan, runtime: Runtime): Promise<Executor> {
  const { model, options, task, step, noise } = plan;
  const { evaluation, optimizer, accumulate = 1, averaging, compile = {} } = options;
  const { stepsPerCall, memory = 2 ** 30 } = compile;
  const { session, about } = await chooseDevice(runtime, compile);
  const settings = { runtime, layers: model.layers, ...session };
  const weights = trainableVariables(model).map(specOf);
  const slots = weights.map((one) => Array.from({ length: optimizer.slots }, () => one));
  const buffers = buffersOf(model).map(specOf);
  const scalars = plan.scalars(1, 0, { count: 1, total: 1, isLast: true }).map(() => spec([]));
  const more = { ...(accumulate > 1 && { sums: weights }), ...(averaging && { averages: weights }) };

  const openStep = (count: number, prepared: boolean): Promise<StepProgram> =>
    compileStep<TrainingState, StepInputs, StepOutputs>(
      (state, { scalars, noise, ...batch }) => {
        const { loss, watched, ...next } = step(state, tensorsOf(batch), scalars, noise);
        return { state: next, outputs: { loss, watched } };
      },
      {
        state: { weights, slots, buffers, ...more },
        inputs: {
          ...batchSpecs(plan.source, count),
          scalars,
          noise: noise.map(({ shape }) => spec(noiseShape(shape, count))),
        },
      },
      {
        ...settings,
        ...(prepared && samplesOf(plan.source, memory)),
        ...(stepsPerCall !== undefined && { stepsPerCall }),
      },
    );
  const openAnswer = (count: number, prepared: boolean): Promise<AnswerProgram> =>
    compileFunction<AnswerInputs, Answered>(
      ({ weights, buffers, ...batch }) => {
        const tensors = taskTensors(tensorsOf(batch));
        const seen = quantized(weights, options.quantizer);
        const { outputs, states } = outputsWith(model, { weights: seen, buffers }, tensors.inputs);
        const watched = task.watch?.(outputs, tensors) ?? [];
        return { outputs, states, loss: evaluationLoss(task, outputs, tensors), watched };
      },
      { ...batchSpecs(evaluation!.source, count), weights, buffers },
      { ...settings, ...(prepared && samplesOf(evaluation!.source, memory)) },
    );

  const steps = programsBySize(openStep);
  const answers = programsBySize(openAnswer);
  const release = async () => {
    await Promise.all([steps.release(), answers.release()]);
  };
  try {
    const preparation = await steps.start(plan.source);
    const source = await preparedBy(preparation, plan.source);
    const evaluationSource =
      evaluation && (await preparedBy(await answers.start(evaluation.source), evaluation.source));
    /** Program that holds the state: the one of the last batch's size. */
    let current = await steps(Math.min(plan.source.batchSize, plan.source.count));
    const { node, web } = runtime.env.versions;
    const state = async (): Promise<StateArrays> => {
      const { weights, slots, buffers, averages } = (await current.state()) as StateArrays;
      return { weights, slots, buffers, ...(averages && { averages }) };
    };
    return {
      about: {
        execution: "compiled",
        runtime: node ? `onnxruntime-node ${node}` : `onnxruntime-web ${web}`,
        prepared: preparation !== undefined,
        ...about,
      },
      group: current.stepsPerCall,
      source,
      ...(evaluationSource && { evaluationSource }),
      load(arrays) {
        current.load({
          ...arrays,
          ...(accumulate > 1 && { sums: arrays.weights.map((one) => new Float32Array(one.length)) }),
        });
      },
      state,
      async update(updates) {
        for (const { batch } of updates) checkBatch(source, batch);
        const numbers: (UpdateNumbers | undefined)[] = [];
        for (const alike of bySameSize(updates)) {
          const next = await steps(alike[0]!.batch.count);
          if (next !== current) next.load(await current.state());
          current = next;
          const inputs = alike.map(({ batch, scalars, noise }) => ({
            ...arraysOf(batch),
            scalars: scalars.map((value) => Float32Array.of(value)),
            noise,
          }));
          const outputs = await current.runAll(inputs);
          numbers.push(...outputs.map((one, i) => (alike[i]!.readLoss ? numbersOf(one) : undefined)));
        }
        return numbers;
      },
      evaluation() {
        const now = state();
        let states: readonly Float32Array[] | undefined;
        return {
          async answer(batch) {
            checkBatch(evaluationSource!, batch);
            const { weights, averages, buffers } = await now;
            const split = splitBuffers(model, buffers);
            const program = await answers(batch.count);
            const { outputs, ...rest } = await program.run({
              ...{
                ...arraysOf(batch),
                weights: averages ?? weights,
                buffers: [...split.moving, ...(states ?? split.states)],
              },
            });
            states = rest.states as Float32Array[];
            return { outputs: outputs as readonly Float32Array[], ...numbersOf(rest) };
          },
          close() {},
        };
      },
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

const numbersOf = ({ loss, watched }: Mapped<StepOutputs, Elements>): UpdateNumbers => ({
  loss: loss[0]!,
  watched: watched.map((value) => value[0]!),
});

const spec = (shape: readonly number[], dtype: TensorSpec["dtype"] = "float32"): TensorSpec => ({ shape, dtype });

const specOf = ({ shape }: Pick<OpenVariable, "shape">): TensorSpec => spec(shape as readonly number[]);

function batchSpecs(source: Source, count: number): Mapped<GraphBatch, TensorSpec> {
  const specs = (parts: readonly Part[]) => parts.map(({ shape, dtype }) => spec([count, ...shape], dtype));
  const inputs = specs(inputsOf(source));
  return {
    inputs: inputs.length === 1 ? inputs[0]! : inputs,
    labels: specs(targetsOf(source)),
    exampleWeights: hasParts(source) && source.weighted ? [spec([count])] : [],
  };
}

/** Batch of a graph as a step takes it. */
const tensorsOf = ({ inputs, labels, exampleWeights: [weights] }: GraphBatch): BatchTensors => ({
  inputs,
  labels,
  ...(weights && { weights }),
});

/** Batch as a graph's inputs. */
function arraysOf(batch: AnyBatch): Mapped<GraphBatch, Values> {
  const { inputs, targets, weights } = valuesOf(batch);
  return {
    inputs: inputs.length === 1 ? inputs[0]! : inputs,
    labels: targets,
    exampleWeights: weights ? [weights] : [],
  };
}

/** Whether a source can be prepared: it has one input, of floats, and its examples never change. */
const canPrepare = (source: Source): boolean => {
  const [{ dtype }, ...others] = inputsOf(source) as [Part, ...Part[]];
  return source.prepared !== undefined && dtype === "float32" && others.length === 0;
};

/** Option that lets the inputs be prepared, if the source supports it: as many numbers per example as fit into `memory`. */
function samplesOf(source: Source, memory: number): { readonly samples?: SamplesOption<GraphBatch> } {
  return canPrepare(source) ? { samples: { input: "inputs", limit: Math.floor(memory / 4 / source.count) } } : {};
}

async function preparedBy(preparation: Preparation | undefined, source: Source): Promise<Source> {
  return preparation ? source.prepared!(preparation.shape, (rows) => preparation.run(rows)) : source;
}

/** Updates split, in order, into lists whose batches have the same size. */
function bySameSize(updates: readonly UpdateInputs[]): readonly (readonly UpdateInputs[])[] {
  const lists: UpdateInputs[][] = [];
  for (const update of updates) {
    const list = lists.at(-1);
    if (list?.[0]?.batch.count === update.batch.count) list.push(update);
    else lists.push([update]);
  }
  return lists;
}
