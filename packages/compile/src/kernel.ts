import { compileError } from "./error";
import type { Value } from "./graph";

/** A call of a TensorFlow.js kernel, its tensors replaced by values of the graph. */
export interface Call {
  /** By the kernel's own names (`x`, `a`, `b`, …), or by position where it takes a list. */
  readonly inputs: { readonly [name: string]: Value };
  // biome-ignore lint/suspicious/noExplicitAny: every kernel has attributes of its own, and reads them by name
  readonly attrs: any;
}

/** What a kernel's call becomes: the values of its results. Throws by `refuse` what it cannot express. */
export type Kernel = (call: Call) => Value | readonly Value[];

/** Kernels, by the names TensorFlow.js has for them. */
export interface Kernels {
  readonly [name: string]: Kernel;
}

/** Says that a kernel has no counterpart for what it is asked. @param reason what it is asked, as `with dilations [2,2]` */
export function refuse(reason: string): never {
  throw compileError("UNKNOWN_KERNEL", reason);
}
