import type { Tensor } from "@tensorflow/tfjs-core";
import type { Tensor as RuntimeTensor } from "onnxruntime-common";
import { assertTypes, type CompileOptions, elementsIn } from "./compiled-function";
import { defaultSteps, unroll } from "./graph/unroll";
import { targetOf } from "./onnx/device";
import { openPrepared, type Preparation } from "./onnx/preparation";
import { elementsOf, free, openProgram, type Program } from "./onnx/program";
import { optimize } from "./optimize/optimize";
import { asOutputs, specsIn, trace } from "./trace/trace";
import {
  type ArraysOf,
  type Elements,
  isSpec,
  leavesLike,
  type Mapped,
  type ResultTypes,
  type SpecTree,
  type TensorSpec,
  type TensorsOf,
  withLeaves,
} from "./trace/tree";

/** Result of a step: the next state, with the structure of the previous one, and any other outputs. */
export interface Stepped<State, Outputs> {
  readonly state: State;
  readonly outputs: Outputs;
}

/** Options of {@link compileStep}. */
export interface CompileStepOptions<Inputs, Types = ResultTypes> extends CompileOptions<Inputs, Types> {
  /**
   * Number of steps that `runAll` does in one call of the runtime, an integer ≥ 1.
   * @default as many as take about a tenth of a second at 50 GFLOP/s, at most 8
   */
  readonly stepsPerCall?: number;
}

/** Compiled step with its state. */
export interface CompiledStep<State, Inputs, Outputs, Types = "float32"> {
  /** The ONNX model that runs. */
  readonly model: Uint8Array;
  /** Preparation of the `samples` input. If present, `run` expects that input prepared. */
  readonly preparation?: Preparation;
  /** Replaces the state, which is all zeros at first. The arrays are copied. */
  load(state: Mapped<State, Elements>): void;
  /** Copy of the current state, which may have to come from the device's memory. */
  state(): Promise<Mapped<State, Elements>>;
  /**
   * Runs one step and advances the state. If it fails, the state stays as it was. Only one call may run at a time.
   * @returns the outputs, which belong to the caller
   */
  run(inputs: Mapped<Inputs, Elements>): Promise<ArraysOf<Outputs, Types>>;
  /**
   * Runs one step per input, `stepsPerCall` of them in each graph. This is faster than running them one by one, because
   * the state leaves the runtime only at the end of each call. If a step fails, the state is reset to that before the
   * first step.
   */
  runAll(inputs: readonly Mapped<Inputs, Elements>[]): Promise<readonly ArraysOf<Outputs, Types>[]>;
  readonly stepsPerCall: number;
  release(): Promise<void>;
}

/**
 * Compiles a training step, or any function from a state and inputs to the next state, to one ONNX graph.
 *
 * @param step pure: see `trace`
 * @param specs shapes and types of state and inputs, in their structure; tensors work too
 * @throws CompileError as `trace` does; RangeError if stepsPerCall is out of range, or if the next state's shapes differ
 * from the state's; TypeError if an output has another type than `dtype` says
 */
export async function compileStep<
  const State extends SpecTree,
  const Inputs extends SpecTree,
  Outputs,
  const Types extends ResultTypes = "float32",
>(
  step: (state: TensorsOf<State>, inputs: TensorsOf<Inputs>) => Stepped<Mapped<TensorsOf<State>, Tensor>, Outputs>,
  specs: { readonly state: State; readonly inputs: Inputs },
  options: CompileStepOptions<TensorsOf<Inputs>, Types>,
): Promise<CompiledStep<TensorsOf<State>, TensorsOf<Inputs>, Outputs, Types>>;
export async function compileStep<State, Inputs, Outputs, const Types extends ResultTypes = "float32">(
  step: (state: State, inputs: Inputs) => Stepped<State, Outputs>,
  specs: {
    readonly state: Mapped<State, TensorSpec | Tensor>;
    readonly inputs: Mapped<Inputs, TensorSpec | Tensor>;
  },
  options: CompileStepOptions<Inputs, Types>,
): Promise<CompiledStep<State, Inputs, Outputs, Types>>;
export async function compileStep(
  step: (state: never, inputs: never) => Stepped<unknown, unknown>,
  specs: { readonly state: unknown; readonly inputs: unknown },
  options: CompileStepOptions<never>,
): Promise<CompiledStep<unknown, unknown, unknown, "any">> {
  return openStep(step as (state: unknown, inputs: unknown) => Stepped<unknown, unknown>, specs, options);
}

async function openStep<State, Inputs, Outputs>(
  step: (state: State, inputs: Inputs) => Stepped<State, Outputs>,
  specs: { readonly state: unknown; readonly inputs: unknown },
  {
    runtime,
    layers = [],
    samples,
    dtype = "float32",
    stepsPerCall: requestedSteps,
    ...session
  }: CompileStepOptions<Inputs>,
): Promise<CompiledStep<State, Inputs, Outputs, "any">> {
  type Both = { readonly state: State; readonly inputs: Inputs };
  const target = await targetOf(runtime, session);
  const traced = trace<Both, Stepped<State, Outputs>>(
    (both) => {
      const { state, outputs } = step(both.state, both.inputs);
      const next = leavesLike("compileStep: the next state", specs.state, state, isSpec);
      return { state: withLeaves(specs.state, next) as State, outputs };
    },
    { state: specs.state, inputs: specs.inputs } as Mapped<Both, TensorSpec>,
    { layers, ...target },
  );
  const { outputs } = traced;
  assertTypes("compileStep: the result", outputs.outputs, dtype);
  if (requestedSteps !== undefined && !(Number.isSafeInteger(requestedSteps) && requestedSteps >= 1))
    throw new RangeError(`compileStep: stepsPerCall must be an integer of at least 1; got ${requestedSteps}`);
  const stateSpecs = specsIn("compileStep: the state", specs.state);
  const stateSize = stateSpecs.length;
  assertSameShapes(stateSpecs, specsIn("compileStep: the next state", outputs.state));

  const from = { samples, specs: specs.inputs, first: stateSize, kept: stateSize };
  const optimized = optimize(traced.graph, target);
  const { graph, program, preparation } = await openPrepared(optimized, from, runtime, session);
  const stepsPerCall = requestedSteps ?? defaultSteps(graph);
  // Opened only when it is needed, because opening takes as many times as long as for a single step.
  let several: Program | undefined;

  const stateValues = graph.inputs.slice(0, stateSize);
  const inputValues = graph.inputs.slice(stateSize);
  let state: readonly RuntimeTensor[] = stateValues.map((value) => program.zeros(value));
  /** State at the start of the call under way, to which it returns if it fails; undefined if there is none. */
  let start: readonly RuntimeTensor[] | undefined;
  const replaceState = (next: readonly RuntimeTensor[]) => {
    if (state !== start) free(state);
    state = next;
  };

  /** Runs one step per input, in a single call. */
  const call = async (by: Program, inputs: readonly Mapped<Inputs, Elements>[]) => {
    const tensors = inputs.flatMap((one) => {
      const arrays = elementsIn("run: the inputs", specs.inputs, one);
      return inputValues.map((value, i) => program.tensor(value, arrays[i]!));
    });
    const results = await by.run([...state, ...tensors]);
    replaceState(results.slice(0, stateSize));
    const arrays = results.slice(stateSize).map(({ data }) => data);
    const perStep = arrays.length / inputs.length;
    return inputs.map(
      (_, i) => withLeaves(outputs.outputs, arrays.slice(i * perStep, (i + 1) * perStep)) as Mapped<Outputs, Elements>,
    );
  };
  const assertIdle = (who: string) => {
    if (start) throw new Error(`${who}: a step is running; await it first`);
  };
  const exclusively = async <T>(who: string, body: () => Promise<T>): Promise<T> => {
    assertIdle(who);
    const before = state;
    start = before;
    try {
      const result = await body();
      if (state !== before) free(before);
      return result;
    } catch (error) {
      if (state !== before) replaceState(before);
      throw error;
    } finally {
      start = undefined;
    }
  };

  return {
    model: program.model,
    stepsPerCall,
    ...(preparation && { preparation }),
    load(next) {
      assertIdle("load");
      const arrays = elementsIn("load: the state", specs.state, next);
      // `tensor` checks the lengths.
      replaceState(stateValues.map((value, i) => program.tensor(value, arrays[i]!.slice())));
    },
    state: () =>
      exclusively("state", async () => {
        const arrays = await Promise.all(state.map(elementsOf));
        return withLeaves(specs.state, arrays) as Mapped<State, Elements>;
      }),
    run: (inputs) => exclusively("run", async () => (await call(program, [inputs]))[0]!),
    runAll: (inputs) =>
      exclusively("run", async () => {
        const done: Mapped<Outputs, Elements>[] = [];
        while (done.length < inputs.length) {
          const left = inputs.length - done.length;
          if (left < stepsPerCall || stepsPerCall === 1) done.push(...(await call(program, [inputs[done.length]!])));
          else {
            several ??= await openProgram(
              asOutputs(unroll(graph, stateSize, stepsPerCall)),
              runtime,
              session,
              stateSize,
            );
            done.push(...(await call(several, inputs.slice(done.length, done.length + stepsPerCall))));
          }
        }
        return done;
      }),
    async release() {
      free(state);
      await program.release();
      await several?.release();
      await preparation?.release();
    },
  };
}

function assertSameShapes(state: readonly TensorSpec[], next: readonly TensorSpec[]): void {
  const list = (specs: readonly TensorSpec[]) => specs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(" ");
  if (list(state) !== list(next))
    throw new RangeError(
      `compileStep: the next state must have the state's shapes and types, ${list(state)}; got ${list(next)}`,
    );
}
