import { createRegistry, modulesOf } from "@weightcast/dictionary";
import { expect, test } from "vitest";
import modules, { fourierModule } from "./index";

test("the default export is a list of modules that a registry accepts", () => {
  const registry = createRegistry();
  registry.register(...modulesOf(modules, "@weightcast/dictionary-fourier"));
  expect(registry.names()).toEqual(["fourier"]);
  expect(registry.get("fourier")).toBe(fourierModule);
});
