import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Kernels } from "../kernels/kernel";
import { expectAgreement, gradientsOf, type Sample, type Tested, type TestedOnce, tensorOf } from "./agree";
import { expectSame, type SpecialRule, sprinkled } from "./special";

/** Call of TensorFlow.js operations on generated tensors. */
export interface TestedCall {
  readonly fn: Tested;
  readonly samples: readonly Sample[];
  /** Whether to compare the gradients with respect to the float32 tensors too. */
  readonly gradients: boolean;
}

/** Calls of one function. @param gradients false if TensorFlow.js does not define any @default true */
export const calls = (
  fn: Tested,
  samples: fc.Arbitrary<readonly Sample[]>,
  { gradients = true } = {},
): fc.Arbitrary<TestedCall> => samples.map((generated) => ({ fn, samples: generated, gradients }));

/** Options of {@link testKernels}. */
interface KernelOptions {
  /** Number of generated calls of each kernel. @default 10 */
  readonly runs?: number;
  /**
   * What is tested with special values, by kernel, if it is not the general rule for all special floats and integers;
   * `false` for nothing.
   */
  readonly special?: { readonly [kernel: string]: SpecialTest | false };
}

/** Test of a kernel with special values. */
interface SpecialTest extends SpecialRule {
  readonly floats?: readonly number[];
  readonly integers?: readonly number[];
  /** Whether the gradients are compared. @default as for other values */
  readonly gradients?: boolean;
}

/**
 * Defines two tests for each kernel: compiled calls agree with eager ones, and so do their gradients, for ordinary values
 * and for special ones.
 *
 * @param table calls that run each kernel, by its name; must cover exactly the given kernels
 */
export function testKernels(
  kernels: Kernels,
  table: { readonly [kernel: string]: fc.Arbitrary<TestedCall> },
  { runs = 10, special = {} }: KernelOptions = {},
) {
  test("every kernel is tested", () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(kernels).sort());
  });
  test.each(Object.entries(table))("%s", async (kernel, call) => {
    const ran = new Set<string>();
    await fc.assert(
      fc.asyncProperty(call, async ({ fn, samples, gradients }) => {
        if (!ran.has(kernel)) for (const name of await kernelsOf(fn, samples)) ran.add(name);
        await expectAgreement(gradients ? withGradients(fn, samples) : fn, samples);
      }),
      { numRuns: runs, seed: 1 },
    );
    expect([...ran]).toContain(kernel);
  });
  const specials = Object.entries(table).filter(([kernel]) => special[kernel] !== false);
  test.each(specials)("%s of special values", async (kernel, call) => {
    const { floats, integers, gradients: differentiated, ...rule } = special[kernel] || {};
    const values = { ...(floats && { floats }), ...(integers && { integers }) };
    const sprinkledCall = call.chain((one) => sprinkled(one.samples, values).map((samples) => ({ ...one, samples })));
    await fc.assert(
      fc.asyncProperty(sprinkledCall, async ({ fn, samples, gradients }) => {
        await expectSame((differentiated ?? gradients) ? withGradients(fn, samples) : fn, samples, rule);
      }),
      { numRuns: sweep(Math.ceil(runs / 2)), seed: 2 },
    );
  });
}

/** Function whose results are those of another, and its gradients, if there are floats to differentiate by. */
function withGradients(fn: Tested, samples: readonly Sample[]): Tested {
  if (!samples.some(({ dtype }) => dtype === "float32")) return fn;
  const once = fn as TestedOnce;
  return (...tensors) => [once(...tensors), ...gradientsOf(once, samples)(...tensors)];
}

/** Names of the kernels that an eager call runs. */
async function kernelsOf(fn: Tested, samples: readonly Sample[]): Promise<readonly string[]> {
  await tf.setBackend("cpu");
  const inputs = samples.map(tensorOf);
  const { kernelNames, result } = await tf.profile(() => tf.tidy(() => fn(...inputs)) as tf.TensorContainer);
  tf.dispose([inputs, result]);
  return kernelNames;
}
