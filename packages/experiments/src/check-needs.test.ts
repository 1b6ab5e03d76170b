import { expect, test } from "vitest";
import { checkNeeds } from "./check-needs";
import { registerBuiltIns } from "./dictionaries";
import { execute } from "./execute";
import { resolveRun } from "./spec";

const of = (dictionary: string) => ({ weights: "factorized", dictionary, proportion: 0.25 }) as const;
const network = (dictionary: string, folder = "nowhere") =>
  resolveRun({ data: { name: "none", folder }, network: { model: "lenet5", layers: { conv_2: of(dictionary) } } });

test("a layer of a network has dictionaries of the domain, hidden layers have any that there are", () => {
  registerBuiltIns();
  expect(checkNeeds(network("kernel"))).toBeUndefined();
  expect(checkNeeds(resolveRun({ hidden: [{ ...of("covariance"), units: 10 }] }))).toBeUndefined();
  expect(() => checkNeeds(network("covariance"))).toThrow(
    RangeError(
      "layer conv_2: dictionary covariance is made from samples, which networks do not have yet; take one made from the domain, such as kernel",
    ),
  );
  expect(() => checkNeeds(resolveRun({ hidden: [{ ...of("kernal"), units: 10 }] }))).toThrow(
    'no module named "kernal"',
  );
});

test("it is told before data that is not there is", async () => {
  registerBuiltIns();
  const engine = { engine: "cpu", version: "cpu", threads: 1, mended: [], borrowed: [], reason: "", considered: [] };
  const around = {
    engine: { ...engine, engine: "cpu" },
    folder: ".",
    execution: "eager",
    storage: () => undefined as never,
  } as const;
  await expect(execute(network("kernel"), around)).rejects.toThrow(/nowhere/);
  await expect(execute(network("covariance"), around)).rejects.toThrow("layer conv_2: dictionary covariance");
});
