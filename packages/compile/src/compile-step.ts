import type { Tensor } from "onnxruntime-common";
import { type CompileOptions, elementsIn } from "./compile-function";
import { operations } from "./cost";
import { optimize } from "./optimize";
import type { Preparation } from "./prepare";
import { openProgram, type Program } from "./program";
import { openPrepared } from "./samples";
import { asOutputs, specsIn, trace } from "./trace";
import { type Elements, isSpec, leavesLike, type Mapped, type TensorSpec, withLeaves } from "./tree";
import { unroll } from "./unroll";

/** What a step gives: the next state, of the same structure, and whatever else is wanted of it. */
export interface Stepped<State, Outputs> {
  readonly state: State;
  readonly outputs: Outputs;
}

/** Options of {@link compileStep}. */
export interface CompileStepOptions<Inputs> extends CompileOptions<Inputs> {
  /**
   * Steps that `runAll` does in one call of the runtime, an integer ≥ 1.
   * @default as many as take about a tenth of a second at 50 GFLOP/s, at most 8
   */
  readonly stepsPerCall?: number;
}

/** A compiled step and its state. */
export interface CompiledStep<State, Inputs, Outputs> {
  /** The ONNX model that runs. */
  readonly model: Uint8Array;
  /** If present: `run` wants the `samples` input prepared by it. */
  readonly preparation?: Preparation;
  /** Puts a state in place of the present one (at first: zeros). The arrays are copied. */
  load(state: Mapped<State, Elements>): void;
  /** A copy of the present state. */
  state(): Mapped<State, Elements>;
  /**
   * One step: the state moves on. If it fails, the state is what it was. One at a time.
   * @returns the outputs; the arrays are the caller's
   */
  run(inputs: Mapped<Inputs, Elements>): Promise<Mapped<Outputs, Elements>>;
  /**
   * As many steps as there are inputs, `stepsPerCall` at a time in one graph. Faster than one after the other: the state
   * leaves the runtime only at the end of each call. If one fails, the state is what it was before the first.
   */
  runAll(inputs: readonly Mapped<Inputs, Elements>[]): Promise<readonly Mapped<Outputs, Elements>[]>;
  readonly stepsPerCall: number;
  release(): Promise<void>;
}

/**
 * Compiles a training step, or any function of a state and inputs that gives the next state, to one ONNX graph.
 *
 * @param step pure: see `trace`
 * @param specs shapes and types of state and inputs, in their structure; tensors will do
 * @throws CompileError as `trace` does; RangeError if stepsPerCall is out of range, or the next state is not of the state's shapes
 */
export async function compileStep<State, Inputs, Outputs>(
  step: (state: State, inputs: Inputs) => Stepped<State, Outputs>,
  specs: { readonly state: Mapped<State, TensorSpec>; readonly inputs: Mapped<Inputs, TensorSpec> },
  { runtime, layers = [], samples, stepsPerCall: wanted, ...session }: CompileStepOptions<Inputs>,
): Promise<CompiledStep<State, Inputs, Outputs>> {
  type Both = { readonly state: State; readonly inputs: Inputs };
  const traced = trace<Both, Stepped<State, Outputs>>(
    (both) => {
      const { state, outputs } = step(both.state, both.inputs);
      const next = leavesLike("compileStep: the next state", specs.state, state, isSpec);
      return { state: withLeaves(specs.state, next) as State, outputs };
    },
    { state: specs.state, inputs: specs.inputs } as Mapped<Both, TensorSpec>,
    { layers },
  );
  const { outputs } = traced;
  if (wanted !== undefined && !(Number.isSafeInteger(wanted) && wanted >= 1))
    throw new RangeError(`compileStep: stepsPerCall must be an integer of at least 1; got ${wanted}`);
  const held = specsIn("compileStep: the state", specs.state);
  assertSameShapes(held, specsIn("compileStep: the next state", outputs.state));

  const from = { samples, specs: specs.inputs, first: held.length };
  const { graph, program, preparation } = await openPrepared(optimize(traced.graph), from, runtime, session);
  const stepsPerCall = wanted ?? Math.min(8, Math.max(1, Math.floor(callOperations / operations(graph))));
  // Opened when it is first wanted: it takes as many times as long.
  let several: Program | undefined;

  const stateValues = graph.inputs.slice(0, held.length);
  const inputValues = graph.inputs.slice(held.length);
  let now: readonly Tensor[] = stateValues.map((value) => program.zeros(value));
  let busy = false;

  /** So many steps in one call. */
  const call = async (by: Program, inputs: readonly Mapped<Inputs, Elements>[]) => {
    const given = inputs.flatMap((one) => {
      const arrays = elementsIn("run: the inputs", specs.inputs, one);
      return inputValues.map((value, i) => program.tensor(value, arrays[i]!));
    });
    const results = await by.run([...now, ...given]);
    now = results.slice(0, held.length);
    const arrays = results.slice(held.length).map(({ data }) => data);
    const each = arrays.length / inputs.length;
    return inputs.map(
      (_, i) => withLeaves(outputs.outputs, arrays.slice(i * each, (i + 1) * each)) as Mapped<Outputs, Elements>,
    );
  };
  const alone = async <T>(body: () => Promise<T>): Promise<T> => {
    if (busy) throw new Error("run: a step is under way; await it before the next");
    busy = true;
    try {
      return await body();
    } finally {
      busy = false;
    }
  };

  return {
    model: program.model,
    stepsPerCall,
    ...(preparation && { preparation }),
    load(state) {
      if (busy) throw new Error("load: a step is under way; await it first");
      const arrays = elementsIn("load: the state", specs.state, state);
      // Through `tensor` for its check of the length, and copied.
      now = stateValues.map((value, i) => program.tensor(value, arrays[i]!.slice()));
    },
    state: () =>
      withLeaves(
        specs.state,
        now.map(({ data }) => (data as Elements).slice()),
      ) as Mapped<State, Elements>,
    run: (inputs) => alone(async () => (await call(program, [inputs]))[0]!),
    runAll: (inputs) =>
      alone(async () => {
        const done: Mapped<Outputs, Elements>[] = [];
        const before = now;
        try {
          while (done.length < inputs.length) {
            const left = inputs.length - done.length;
            if (left < stepsPerCall || stepsPerCall === 1) done.push(...(await call(program, [inputs[done.length]!])));
            else {
              several ??= await openProgram(asOutputs(unroll(graph, held.length, stepsPerCall)), runtime, session);
              done.push(...(await call(several, inputs.slice(done.length, done.length + stepsPerCall))));
            }
          }
        } catch (error) {
          now = before;
          throw error;
        }
        return done;
      }),
    async release() {
      await program.release();
      await several?.release();
      await preparation?.release();
    },
  };
}

/** Operations of a call that lasts about a tenth of a second. */
const callOperations = 5e9;

function assertSameShapes(state: readonly TensorSpec[], next: readonly TensorSpec[]): void {
  const list = (specs: readonly TensorSpec[]) => specs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(" ");
  if (list(state) !== list(next))
    throw new RangeError(
      `compileStep: the next state must be of the state's shapes and types, ${list(state)}; got ${list(next)}`,
    );
}
