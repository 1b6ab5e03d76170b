import { createRegistry, modulesOf } from "@weightcast/dictionary";
import { expect, test } from "vitest";
import modules, { autoencoderModule, principalComponentsModule } from "./index";

test("the default export is a list of modules that a registry accepts", () => {
  const registry = createRegistry();
  registry.register(...modulesOf(modules, "@weightcast/dictionary-autoencoder"));
  expect(registry.names()).toEqual(["autoencoder", "principal-components"]);
  expect(registry.get("autoencoder")).toBe(autoencoderModule);
  expect(registry.get("principal-components")).toBe(principalComponentsModule);
});
