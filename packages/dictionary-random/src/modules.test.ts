import { createRegistry, modulesOf } from "@weightcast/dictionary";
import { expect, test } from "vitest";
import modules, { gaussianModule, identityModule, randomProductsModule } from "./index";

test("the default export is a list of modules that a registry accepts", () => {
  const registry = createRegistry();
  registry.register(...modulesOf(modules, "@weightcast/dictionary-random"));
  expect(registry.names()).toEqual(["gaussian", "identity", "random-products"]);
  expect(registry.get("gaussian")).toBe(gaussianModule);
  expect(registry.get("identity")).toBe(identityModule);
  expect(registry.get("random-products")).toBe(randomProductsModule);
});
