import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findNativeAddon, probeNative } from "./addon";

const folder = mkdtempSync(join(tmpdir(), "weightcast-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Creates a project that contains tfjs-node, with or without an addon. @returns a file to search from */
function project(name: string, addon?: string): string {
  const tfjsNode = join(folder, name, "node_modules", "@tensorflow", "tfjs-node");
  const lib = join(tfjsNode, "lib", "napi-v8");
  mkdirSync(lib, { recursive: true });
  const binary = {
    module_name: "tfjs_binding",
    module_path: "./lib/napi-v{napi_build_version}",
    napi_versions: [3, 8],
  };
  writeFileSync(join(tfjsNode, "package.json"), JSON.stringify({ version: "4.22.0", binary }));
  if (addon !== undefined) writeFileSync(join(lib, "tfjs_binding.node"), addon);
  return join(folder, name, "index.js");
}

describe("probeNative", () => {
  test("nothing installed", async () => {
    // A package that exports nothing stands in for a missing one, because Node would search for that elsewhere.
    const from = project("none");
    const packageFile = join(folder, "none/node_modules/@tensorflow/tfjs-node/package.json");
    writeFileSync(packageFile, JSON.stringify({ exports: {} }));
    expect(await probeNative(from)).toEqual({ available: false, detail: "@tensorflow/tfjs-node is not installed" });
  });

  test("installed without its addon", async () => {
    const detail = "the addon of @tensorflow/tfjs-node 4.22.0 is not built";
    expect(await probeNative(project("unbuilt"))).toEqual({ available: false, detail });
  });

  test("an addon that does not load", async () => {
    const { available, detail } = await probeNative(project("broken", "no library"));
    expect(available).toBe(false);
    expect(detail).toMatch(/^the addon of @tensorflow\/tfjs-node 4\.22\.0 does not load: Error: .*tfjs_binding\.node/);
  });

  test("finds the addon that tfjs-node would load: the one for the newest Node-API version that both support", () => {
    expect(findNativeAddon(project("built", ""))).toEqual({
      packageFile: join(folder, "built", "node_modules", "@tensorflow", "tfjs-node", "package.json"),
      version: "4.22.0",
      addonFile: join(folder, "built", "node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node"),
    });
  });
});
