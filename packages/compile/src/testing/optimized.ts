import type * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect } from "vitest";
import { type Graph, nodesOf } from "../graph/graph";
import { optimize } from "../optimize/optimize";
import { trace } from "../trace/trace";
import { expectAgreement } from "./agree";
import { floats } from "./samples";

/** Function of tensors. */
export type Fn = (...tensors: tf.Tensor[]) => tf.Tensor;

const specs = (shapes: readonly (readonly number[])[]) => shapes.map((shape) => ({ shape, dtype: "float32" as const }));

/** Graph of a function, as it is traced. */
export const graphOf = (fn: Fn, ...shapes: readonly (readonly number[])[]): Graph =>
  trace<readonly tf.Tensor[], tf.Tensor>((tensors) => fn(...tensors), specs(shapes)).graph;

/** Operators of a graph, in their order. */
export const names = (graph: Graph): readonly string[] => nodesOf(graph).map(({ op }) => op);

/** Checks which operators are left, and that the numbers equal the eager ones. */
export async function expectOps(
  ops: readonly string[],
  fn: Fn,
  ...shapes: readonly (readonly number[])[]
): Promise<void> {
  expect(names(optimize(graphOf(fn, ...shapes)))).toEqual(ops);
  const [samples] = fc.sample(fc.tuple(...shapes.map((shape) => floats(shape))), { seed: 7, numRuns: sweep(1) });
  await expectAgreement(fn, samples!);
}
