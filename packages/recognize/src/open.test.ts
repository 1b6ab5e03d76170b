import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSafetensors } from "@weightcast/files/safetensors";
import { afterAll, expect, test } from "vitest";
import { openForeign } from "./open";
import { fixture } from "./testing/models";

const folder = mkdtempSync(join(tmpdir(), "weightcast-open-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const safetensors = (metadata: Record<string, string>) =>
  writeSafetensors({
    metadata: new Map(Object.entries(metadata)),
    tensors: new Map([["w", { dtype: "BF16", shape: [2, 3], bytes: new Uint8Array(12) }]]),
  });

const model = (paths: readonly string[]) =>
  JSON.stringify({
    modelTopology: { model_config: {} },
    weightsManifest: [{ paths, weights: [{ name: "w", shape: [2], dtype: "float32" }] }],
  });

test("the format is told from the bytes", async () => {
  const names = ["model", "file.onnx", "x.json"];
  for (const [content, format] of [
    [fixture("old.onnx"), "onnx"],
    [safetensors({ format: "pt" }), "safetensors"],
  ] as const)
    for (const name of names) expect((await openForeign(written(name, content))).foreign!.format).toBe(format);
  expect((await openForeign(written("x.safetensors", safetensors({ format: "pt" })))).foreign!.tensors).toMatchObject([
    { name: "w", type: "bfloat16", shape: [2, 3], bytes: 12 },
  ]);
});

test("a TensorFlow.js model is its folder or its model.json, with weights in several files", async () => {
  const path = written("web/model.json", model(["a.bin", "sub/b.bin"]));
  written("web/a.bin", Uint8Array.of(0, 0, 128, 63, 0));
  written("web/sub/b.bin", Uint8Array.of(0, 0, 64));
  for (const given of [path, join(folder, "web")]) {
    const { foreign, path: own } = await openForeign(given);
    expect([own, foreign!.format]).toEqual([path, "tfjs-layers-model"]);
    expect([...new Float32Array(Uint8Array.from(foreign!.tensors[0]!.data()!).buffer)]).toEqual([1, 2]);
  }
});

test("files of Weightcast are not foreign", async () => {
  for (const format of ["weightcast", "weightcast-adapter"])
    expect((await openForeign(written("own", safetensors({ format })))).foreign).toBeUndefined();
  expect((await openForeign(written("own.gz", Uint8Array.of(0x1f, 0x8b, 8, 0)))).foreign).toBeUndefined();
});

test.each<[string, string | Uint8Array | undefined, RegExp, string]>([
  ["none", undefined, /none: there is no such file/, "FILE_ABSENT"],
  ["lost/model.json", model(["a.bin"]), /a\.bin: there is no such file/, "FILE_ABSENT"],
  [
    "outside/model.json",
    model(["../own"]),
    /the paths of its weights must lie in its folder; got "\.\.\/own"/,
    "FILE_DAMAGED",
  ],
  ["bad.json", '{"modelTopology": ', /it must be JSON with modelTopology and weightsManifest/, "FILE_DAMAGED"],
  ["text.txt", "This is no model at all, but a text of some length.", /damaged, or no ONNX file/, "FILE_DAMAGED"],
  ["empty.onnx", "", /it must have a version and a graph; it is damaged, or no ONNX file/, "FILE_DAMAGED"],
  ["short.safetensors", "abc", /must have at least 8 bytes; got 3; it is damaged/, "FILE_DAMAGED"],
])("%s is refused", async (name, content, message, code) => {
  const path = content === undefined ? join(folder, name) : written(name, content);
  await expect(openForeign(path)).rejects.toThrow(message);
  await expect(openForeign(path)).rejects.toMatchObject({ code });
});
