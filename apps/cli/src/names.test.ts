import { engineNames } from "@weightcast/backend";
import {
  dataNames as dataOwn,
  methods,
  networkMethods,
  type RunAllOptions,
  resolveRun,
  runSchema,
} from "@weightcast/experiments";
import { Command } from "commander";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  activationNames,
  dataNames,
  type ExecutionChoice,
  engineChoices,
  executionChoices,
  methodNames,
  networkMethodNames,
  optimizerNames,
  scheduleNames,
} from "./names";
import { addRunFlags, fieldFlags } from "./run-flags";

/** A field of an object by its path: "training.epochs". */
const at = (value: unknown, path: string) =>
  path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);

test("the names in the help are those of their owners", () => {
  expect(methodNames).toEqual(methods);
  expect(networkMethodNames).toEqual(networkMethods);
  expect(dataNames).toEqual(dataOwn);
  expect(engineChoices).toEqual(["auto", ...engineNames]);
  const { properties } = z.toJSONSchema(runSchema, { io: "input" }) as { properties: Record<string, unknown> };
  expect(activationNames).toEqual(at(properties, "activation.enum"));
  expect(optimizerNames).toEqual(at(properties, "training.properties.optimizer.enum"));
  expect(scheduleNames).toEqual(at(properties, "training.properties.schedule.enum"));
});

test("the ways of execution are those that the runner takes: the compiler compares them", () => {
  expectTypeOf<ExecutionChoice>().toEqualTypeOf<NonNullable<RunAllOptions["execution"]>>();
  expect([...new Set(executionChoices)]).toEqual(executionChoices);
});

// The default rate depends on the optimizer: it stands in the description.
const fixed = fieldFlags.filter(({ field }) => field !== "training.rate");
test.each(fixed.map(({ field, option }) => [option.flags, field, option.defaultValue] as const))(
  "%s sets %s, whose default is %s",
  (_, field, shown) => expect(shown).toBe(at(resolveRun({}), field)),
);

test("the defaults that descriptions tell are those that a run without flags has", () => {
  const command = new Command();
  addRunFlags(command);
  const text = (flag: string) => command.options.find(({ long }) => long === flag)!.description;
  const rates = (["sgd", "adam"] as const).map(
    (optimizer) => `${resolveRun({ training: { optimizer } }).training.rate} of ${optimizer}`,
  );
  const lowRank = resolveRun({ hidden: [{ weights: "low-rank", units: 5, proportion: 0.1 }] }).training.rate;
  const network = resolveRun({ network: { model: "convnet" } }).training.rate;
  expect(text("--rate")).toContain(
    `(default: ${rates.join(", ")}; ${lowRank} of sgd where a layer is low-rank, ${network} of a network)`,
  );
  const { hidden, data } = resolveRun({ hidden: undefined });
  expect(text("--hidden")).toContain(`(default: ${hidden.map(({ units }) => units).join(",")})`);
  expect(text("--data")).toContain(`(default: ${data.name})`);
  const layer = resolveRun({ hidden: [{ weights: "factorized", units: 10, dictionary: "x", proportion: 0.05 }] });
  expect(text("--columns")).toContain(`(default: ${at(layer, "hidden.0.columns")})`);
});
