import { expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { type FakeOptions, fakeWorld } from "../../testing/world";

async function doctor(args: readonly string[], options: FakeOptions) {
  const world = fakeWorld({ folder: folderWith(), ...options });
  const code = await main(["doctor", ...args], world);
  return { code, out: world.out(), err: world.err() };
}

const probe = (available: boolean): FakeOptions => ({
  probeEngines: async () => [{ engine: "native", available, detail: available ? "TensorFlow 2.21.0" : "not built" }],
});

test("everything is installed: exit code 0", async () => {
  const { code, out, err } = await doctor([], probe(true));
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^✓ engine native +TensorFlow 2\.21\.0$/m);
});

test("without ONNX Runtime training still works: the remedy, exit code 0", async () => {
  const { code, out } = await doctor([], probe(true));
  expect(code).toBe(0);
  expect(out).toMatch(/^– onnx runtime +onnxruntime-node is not installed\n +.*npm install onnxruntime-node/m);
  const found = { runtime: {} as never, detail: "onnxruntime-node 1.2.3" };
  expect((await doctor([], { ...probe(true), runtime: async () => found })).out).toMatch(
    /^✓ onnx runtime +onnxruntime-node 1\.2\.3: runs compiled steps$/m,
  );
});

test("no engine: the problem, the remedy, exit code 1", async () => {
  const { code, out, err } = await doctor([], probe(false));
  expect(code).toBe(1);
  expect(out).toMatch(/^✗ engine native +not built\n +.*npm run native/m);
  expect(err).toBe("error: 1 problem: engine native\n");
});

test("--json: one document, and the same exit code", async () => {
  const { code, out } = await doctor(["--json"], probe(false));
  expect(code).toBe(1);
  const document = JSON.parse(out);
  expect(document.ok).toBe(false);
  expect(document.findings).toContainEqual(expect.objectContaining({ what: "engine native", state: "problem" }));
});
