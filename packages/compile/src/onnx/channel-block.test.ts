import { expect, test } from "vitest";
import { channelBlock } from "./channel-block";
import { nodeRuntime, type Runtime } from "./runtime";

test("a power of two in Node, or none, found once", async () => {
  const runtime = (await nodeRuntime()).runtime!;
  const block = await channelBlock(runtime);
  expect([undefined, 4, 8, 16, 32]).toContain(block);
  let sessions = 0;
  const counted = {
    ...runtime,
    env: runtime.env,
    Tensor: runtime.Tensor,
    InferenceSession: {
      create: (...args: unknown[]) => {
        sessions++;
        return (runtime.InferenceSession.create as (...args: unknown[]) => Promise<unknown>)(...args);
      },
    },
  } as unknown as Runtime;
  expect(await channelBlock(counted)).toBe(block);
  await channelBlock(counted);
  expect(sessions).toBe(1);
});

test("none in browsers, and where the runtime lacks the operators", async () => {
  const session = { create: () => Promise.reject(new Error("ReorderInput is not a registered operator")) };
  const runtime = (versions: object) => ({ env: { versions }, InferenceSession: session }) as unknown as Runtime;
  expect(await channelBlock(runtime({ web: "1.30.0" }))).toBeUndefined();
  expect(await channelBlock(runtime({ node: "1.30.0" }))).toBeUndefined();
});
