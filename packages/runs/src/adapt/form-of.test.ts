import { describe, expect, test } from "vitest";
import { adapterFormNames } from "../spec/adapter-forms";
import { formOf } from "./form-of";

describe("forms by name", () => {
  test("every name is the form itself", () => {
    for (const form of adapterFormNames) expect(formOf({ form, seed: 1 }).form).toBe(form);
  });

  test("what is chosen is passed on; the rest is by default", () => {
    expect(formOf({ form: "lora", seed: 3 })).toEqual({ form: "lora", rank: 8, seed: 3 });
    expect(formOf({ form: "lora", rank: 2, seed: 3 })).toMatchObject({ rank: 2 });
    expect(formOf({ form: "vera", seed: 5 })).toEqual({ form: "vera", rank: 256, seed: 5 });
    expect(formOf({ form: "sparse", entries: 7, seed: 4 })).toMatchObject({ entries: 7, seed: 4 });
    const form = formOf({ form: "sparse", dictionary: "random", seed: 4 });
    const { dictionary } = form as { readonly dictionary: (domain: readonly number[]) => object };
    expect(dictionary([6, 5])).toMatchObject({ name: "random-products", domain: [6, 5], options: { seed: 4 } });
    expect(formOf({ form: "two-sided", rank: 5, seed: 4 })).toMatchObject({
      inputs: { rank: 5 },
      outputs: { rank: 5 },
    });
  });

  test("atoms over flat images are over their grid, on the side of the inputs only", () => {
    const form = formOf({ form: "two-sided", dictionary: "fourier", seed: 1 }, [3, 4]);
    if (form.form !== "two-sided") throw new Error(form.form);
    const over = (side: "inputs" | "outputs", domain: readonly number[]) => {
      const { dictionary } = form[side];
      return typeof dictionary === "function" ? dictionary(domain).domain : undefined;
    };
    expect(over("inputs", [12])).toEqual([3, 4]);
    expect(over("inputs", [11])).toEqual([11]);
    expect(over("outputs", [12])).toEqual([12]);
  });

  test.each([
    ["lora", { entries: 5 }, "adapt: entries is not for lora; sparse have it"],
    ["lora", { dictionary: "fourier" }, "dictionary is not for lora; sparse, one-sided, two-sided have it"],
    ["sparse", { rank: 5 }, "rank is not for sparse; lora, one-sided, two-sided, vera have it"],
    ["full", { rank: 5 }, "rank is not for full"],
    ["sparse", { dictionary: "kernel" }, "must be one of fourier, wavelet, random for sparse"],
  ] as const)("%s with %j is refused", (form, options, message) => {
    expect(() => formOf({ form, ...options, seed: 1 })).toThrow(message);
  });
});
