import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Kernels } from "../kernels/kernel";
import { expectAgreement, gradientsOf, type Sample, type Tested, type TestedOnce, tensorOf } from "./agree";

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

/**
 * Defines a test for each kernel: compiled calls agree with eager ones, and so do their gradients.
 *
 * @param table calls that run each kernel, by its name; must cover exactly the given kernels
 */
export function testKernels(
  kernels: Kernels,
  table: { readonly [kernel: string]: fc.Arbitrary<TestedCall> },
  { runs = 10 } = {},
) {
  test("every kernel is tested", () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(kernels).sort());
  });
  test.each(Object.entries(table))("%s", async (kernel, call) => {
    const ran = new Set<string>();
    await fc.assert(
      fc.asyncProperty(call, async ({ fn, samples, gradients }) => {
        if (!ran.has(kernel)) for (const name of await kernelsOf(fn, samples)) ran.add(name);
        const once = fn as TestedOnce;
        const both: Tested = (...tensors) => [once(...tensors), ...gradientsOf(once, samples)(...tensors)];
        const differentiated = gradients && samples.some(({ dtype }) => dtype === "float32");
        await expectAgreement(differentiated ? both : fn, samples);
      }),
      { numRuns: runs, seed: 1 },
    );
    expect([...ran]).toContain(kernel);
  });
}

/** Names of the kernels that an eager call runs. */
async function kernelsOf(fn: Tested, samples: readonly Sample[]): Promise<readonly string[]> {
  await tf.setBackend("cpu");
  const inputs = samples.map(tensorOf);
  const { kernelNames, result } = await tf.profile(() => tf.tidy(() => fn(...inputs)) as tf.TensorContainer);
  tf.dispose([inputs, result]);
  return kernelNames;
}
