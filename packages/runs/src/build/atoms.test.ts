import { createHash } from "node:crypto";
import { dictionaries, uniform } from "@weightcast/dictionary";
import { describe, expect, test, vi } from "vitest";
import cases from "../../fixtures/atoms.json" with { type: "json" };
import { registerBuiltIns } from "./dictionaries";

const register = vi.spyOn(dictionaries, "register");
registerBuiltIns();
const builtIns = register.mock.calls.flat();
register.mockRestore();

// A model file holds recipes instead of U. So U must have the same bits wherever it is made again: these digests are those of Node 20,
// and every Node that runs the tests must give them. scripts/model-files.test.mjs compares them with Chromium's.
describe("atoms have the same bits in every engine", () => {
  test.each(cases)("$name on $domain, $options", ({ name, domain, options, rank, digest }) => {
    const module = dictionaries.get(name);
    if (module.needs !== "domain") throw new TypeError(`${name} must be made from its recipe`);
    const dictionary = module.create({ domain }, options);
    const { data } = dictionary.atoms(uniform(dictionary.size, rank, 1, "atoms"));
    expect(createHash("sha256").update(data).digest("hex").slice(0, 16)).toBe(digest);
  });
});

test("every dictionary that a recipe makes has its digests", () => {
  const recipes = builtIns.filter(({ needs }) => needs === "domain").map(({ name }) => name);
  const without = recipes.filter((name) => !cases.some((one) => one.name === name));
  expect(without, "add cases to packages/runs/fixtures/atoms.json").toEqual([]);
});
