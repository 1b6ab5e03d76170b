import { createRegistry, modulesOf } from "@weightcast/dictionary";
import { expect, test } from "vitest";
import modules, { filtersModule, gaussianDerivativeModule } from "./index";

test("the default export is a list of modules that a registry accepts", () => {
  const registry = createRegistry();
  registry.register(...modulesOf(modules, "@weightcast/dictionary-filters"));
  expect(registry.names()).toEqual(["filters", "gaussian-derivative"]);
  expect(registry.get("filters")).toBe(filtersModule);
  expect(registry.get("gaussian-derivative")).toBe(gaussianDerivativeModule);
});
