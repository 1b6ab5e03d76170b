import type { Value } from "../graph/graph";

/** What runs a graph: the processor, or WebGPU. */
export type Device = "cpu" | "webgpu";

/** Call of a TensorFlow.js kernel, with values of the graph in place of its tensors. */
export interface Call {
  /** Inputs by the kernel's own names (`x`, `a`, `b`, …), or by position if it takes a list. */
  readonly inputs: { readonly [name: string]: Value };
  // biome-ignore lint/suspicious/noExplicitAny: every kernel has its own attributes, and reads them by name
  readonly attrs: any;
  /** Number of channels side by side in the layout of the runtime's fastest convolutions, if the graph may use it. */
  readonly channelBlock?: number | undefined;
  /** What runs the graph, for operators that only one of them has. @default "cpu" */
  readonly device?: Device | undefined;
  /** Whether the graph becomes a file, for every runtime and batch size: its convolutions are direct ones. @default false */
  readonly isFile?: boolean | undefined;
}

/** Translation of a kernel call into the values of its results. Calls {@link refuse} for what it cannot express. */
export type Kernel = (call: Call) => Value | readonly Value[];

/** Kernels by their names in TensorFlow.js. */
export interface Kernels {
  readonly [name: string]: Kernel;
}

/** Error for a function that cannot be compiled; callers check its `code` and fall back to eager execution. */
export interface CompileError extends Error {
  /**
   * - `UNKNOWN_KERNEL`: a TensorFlow.js kernel, or one of its options, has no counterpart here; `kernel` names it
   * - `IMPURE`: the function reads a tensor's values, or draws unseeded random numbers
   * - `FIXED_BATCH`: the function can't be exported for every batch size
   */
  readonly code: "UNKNOWN_KERNEL" | "IMPURE" | "FIXED_BATCH";
  readonly kernel?: string;
  /** Name of the tf.layers layer whose call or gradient failed. */
  readonly layer?: string;
}

/** Creates a {@link CompileError}. */
export function compileError(
  code: CompileError["code"],
  message: string,
  where: { readonly kernel?: string; readonly layer?: string } = {},
): CompileError {
  return Object.assign(new Error(message), { code, ...where });
}

/**
 * Throws the error for a call that a kernel has no counterpart for.
 * @param reason what the call asks for, such as `with dilations [2,2]`
 */
export function refuse(reason: string): never {
  throw compileError("UNKNOWN_KERNEL", reason);
}
