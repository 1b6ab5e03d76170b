import { describe, expect, test } from "vitest";
import type { DictionaryModule, DomainModule } from "./contract";
import { createRegistry, dictionaries, modulesOf } from "./registry";

const make = (name: string): DomainModule => ({
  name,
  needs: "domain",
  create: () => {
    throw new Error("unused");
  },
});

describe("a registry", () => {
  test("finds registered modules by name, and lists the names sorted", () => {
    const registry = createRegistry();
    const [waves, splines] = [make("waves"), make("acme/b-splines")];
    expect(registry.names()).toEqual([]);
    registry.register(waves, splines);
    expect(registry.get("waves")).toBe(waves);
    expect(registry.has("acme/b-splines")).toBe(true);
    expect(registry.has("fourier")).toBe(false);
    expect(registry.names()).toEqual(["acme/b-splines", "waves"]);
  });

  test("accepts the same module twice, but no other of the same name", () => {
    const registry = createRegistry();
    const waves = make("waves");
    registry.register(waves);
    registry.register(waves);
    expect(registry.names()).toEqual(["waves"]);
    expect(() => registry.register(make("waves"))).toThrow(
      RangeError('dictionaries: a module named "waves" is registered already; rename one of them'),
    );
    expect(registry.get("waves")).toBe(waves);
  });

  test("registers all modules of a call or none", () => {
    const registry = createRegistry();
    expect(() => registry.register(make("a"), make("b"), make("a"))).toThrow(RangeError);
    expect(() => registry.register(make("a"), {} as DictionaryModule)).toThrow(TypeError);
    expect(registry.names()).toEqual([]);
  });

  test("lists the known names if one is unknown", () => {
    const registry = createRegistry();
    expect(() => registry.get("fourier")).toThrow(
      RangeError(
        'dictionaries: no module named "fourier" is registered (registered: none); call dictionaries.register(module) first',
      ),
    );
    registry.register(make("waves"), make("gaussian"));
    expect(() => registry.get("fourier")).toThrow("(registered: gaussian, waves)");
  });

  test("is independent of other registries; the process's own starts empty", () => {
    createRegistry().register(make("waves"));
    expect(createRegistry().names()).toEqual([]);
    expect(dictionaries.names()).toEqual([]);
  });
});

describe("modulesOf", () => {
  test("accepts one module or a list", () => {
    const [a, b] = [make("a"), make("b")];
    expect(modulesOf(a, "pkg")).toEqual([a]);
    expect(modulesOf([a, b], "pkg")).toEqual([a, b]);
  });

  test.each([
    [undefined, "this one is undefined"],
    [null, "this one is null"],
    ["waves", "this one is string"],
    [{ ...make("a"), name: "Two Words" }, 'this one has the name "Two Words", which must be lower-case words'],
    [{ ...make("a"), name: "a/b/c" }, 'this one has the name "a/b/c"'],
    [{ ...make("a"), needs: "data" }, 'this one has needs "data", which must be "domain" or "samples"'],
    [{ ...make("a"), create: undefined }, "this one has no create function"],
    [[make("a"), 3], "this one is number"],
  ])("refuses %j", (value, rule) => {
    expect(() => modulesOf(value, "./pkg")).toThrow(TypeError);
    expect(() => modulesOf(value, "./pkg")).toThrow(`./pkg: a dictionary module is { name, needs, create }; ${rule}`);
  });

  test("refuses an empty list", () => {
    expect(() => modulesOf([], "./pkg")).toThrow(
      TypeError("./pkg: the default export is an empty list; export a module { name, needs, create }"),
    );
  });
});
