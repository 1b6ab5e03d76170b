import { createRegistry, modulesOf } from "@weightcast/dictionary";
import { expect, test } from "vitest";
import modules, { waveletModule } from "./index";

test("the default export is a list of modules that a registry accepts", () => {
  const registry = createRegistry();
  registry.register(...modulesOf(modules, "@weightcast/dictionary-wavelet"));
  expect(registry.names()).toEqual(["wavelet"]);
  expect(registry.get("wavelet")).toBe(waveletModule);
});
