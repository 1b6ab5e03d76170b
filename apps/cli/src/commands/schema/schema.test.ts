import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { main } from "../../main";
import { fakeWorld } from "../../testing/world";

const world = fakeWorld({});
const code = await main(["schema"], world);
const schema = JSON.parse(world.out());
const accepts = new Ajv2020({ strict: false }).compile(schema);

const file = {
  data: { name: "mnist", validation: 5000 },
  hidden: [{ weights: "factorized", units: 500, dictionary: "kernel", proportion: 0.05 }],
  training: { epochs: 9 },
};
const sweep = {
  axes: {
    "hidden.0.options.lengthScale": [1, 2, 4],
    "training.rate": { from: 0.001, to: 1, scale: "log" },
    seed: [1, 2],
  },
  search: "tpe",
  settings: 40,
  halving: { least: 1, factor: 3 },
  refit: true,
};

test("every field has a description or fields of its own", () => {
  expect(code).toBe(0);
  const { axes, search, halving, refit } = schema.properties.sweep.properties;
  for (const { description } of [axes, search, halving, refit, schema.properties.sweep])
    expect(description).toMatch(/ /);
});

test.each([
  [file, true],
  [{ ...file, sweep }, true],
  [{ hidden: "500,500", sweep: { axes: { seed: [1] } } }, true],
  [{ ...file, sweep: { ...sweep, serch: "tpe" } }, false],
  [{ ...file, sweep: { ...sweep, search: "bayes" } }, false],
  [{ ...file, sweep: { ...sweep, axes: { "training.rate": 0.1 } } }, false],
  [{ ...file, sweep: { ...sweep, axes: { "training.rate": { from: 0.1 } } } }, false],
  [{ ...file, sweep: { ...sweep, refit: "yes" } }, false],
  [{ ...file, sweeps: sweep }, false],
])("%j: %s", (document, expected) => expect(accepts(document)).toBe(expected));
