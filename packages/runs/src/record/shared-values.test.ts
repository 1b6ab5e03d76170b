import { expect, test } from "vitest";
import { recordOf } from "../testing";
import { sharing } from "./shared-values";

test("ends keep what they say, and values that are equal become one", () => {
  const copy = () => structuredClone(recordOf("SE", 0.02, { seed: 1 }));
  const other = () => structuredClone(recordOf("SE", 0.03, { seed: 2, proportion: 0.1 }));
  const share = sharing();
  const [first, second, third] = [share(copy()), share(copy()), share(other())];
  expect([first, second, third]).toEqual([copy(), copy(), other()]);
  expect(second.engine).toBe(first.engine);
  expect(second.result.layers).toBe(first.result.layers);
  expect(third.spec.training).toBe(first.spec.training);
  expect(third.spec.network).not.toBe(first.spec.network);
});
