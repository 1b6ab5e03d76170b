import { expect, test } from "vitest";
import { execute } from "../run/execute";
import { resolveRun } from "../spec";
import { checkNeeds } from "./check-needs";
import { registerBuiltIns } from "./dictionaries";

const of = (dictionary: string, selection = "uniform") =>
  ({ weights: "factorized", dictionary, selection, proportion: 0.25 }) as const;
const network = (dictionary: string, selection?: string) =>
  resolveRun({
    data: { name: "none", folder: "nowhere" },
    network: { model: "lenet5", layers: { conv_2: of(dictionary, selection) } },
  });

test("any layer takes any dictionary that is registered, and the choices of atoms that it offers", () => {
  registerBuiltIns();
  for (const dictionary of ["kernel", "covariance", "autoencoder"])
    expect(checkNeeds(network(dictionary))).toBeUndefined();
  expect(checkNeeds(network("kernel", "leverage"))).toBeUndefined();
  expect(checkNeeds(network("wavelet", "energy"))).toBeUndefined();
  expect(() => checkNeeds(resolveRun({ hidden: [{ ...of("kernal"), units: 10 }] }))).toThrow(
    'no module named "kernal"',
  );
  expect(() => checkNeeds(network("kernel", "leading"))).toThrow(
    'layer conv_2: selection "leading" needs a dictionary',
  );
  expect(() => checkNeeds(network("kernel", "energy"))).toThrow('layer conv_2: selection "energy" needs a dictionary');
  expect(() => checkNeeds(network("fourier", "leverage"))).toThrow("layer conv_2: selection must be one of");
});

test("a dictionary that depends on the layer below takes one whose first weights follow from recipes", () => {
  registerBuiltIns();
  const above = (below: object, model = "mlp") =>
    checkNeeds(resolveRun({ network: { model, layers: { ...below, hidden_2: of("prior-covariance") } } }));
  expect(above({ hidden_1: of("kernel") })).toBeUndefined();
  expect(above({ hidden_1: of("kernel-fitted") })).toBeUndefined();
  expect(
    checkNeeds(resolveRun({ network: { model: "mlp", layers: { hidden_1: of("prior-covariance") } } })),
  ).toBeUndefined();
  const rule =
    'layer hidden_2: dictionary "prior-covariance" computes the first weights of the layer below again, so hidden_1 must';
  expect(() => above({})).toThrow(RangeError(`${rule} be factorized, too; it is dense`));
  expect(() => above({ hidden_1: { weights: "low-rank", proportion: 0.1 } })).toThrow("it is low-rank");
  expect(() => above({ hidden_1: of("covariance") })).toThrow(
    `${rule} have a dictionary that is not learned from data; got "covariance"`,
  );
  expect(() => above({ hidden_1: { ...of("kernel"), basis: "orthonormal" } })).toThrow(
    `${rule} have the basis "atoms"; got "orthonormal"`,
  );
  expect(() => checkNeeds(network("prior-covariance"))).toThrow("be a fully connected layer with a flat input");
});

test("a run is checked before its data is loaded", async () => {
  registerBuiltIns();
  const engine = { engine: "cpu", version: "cpu", threads: 1, patched: [], borrowed: [], reason: "", considered: [] };
  const around = {
    engine: { ...engine, engine: "cpu" },
    folder: ".",
    execution: "eager",
    storage: () => undefined as never,
  } as const;
  await expect(execute(network("kernel"), around)).rejects.toThrow(/nowhere/);
  await expect(execute(network("kernel", "leading"), around)).rejects.toThrow('layer conv_2: selection "leading"');
});
