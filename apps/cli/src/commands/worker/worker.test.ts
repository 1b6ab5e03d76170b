import { testKeys, testStore } from "@weightcast/store/testing";
import { afterEach, expect, test, vi } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { fakeWorld } from "../../testing/world";

/** Runs the command, which must end before it connects to a queue. */
async function worker(...args: string[]) {
  const world = fakeWorld({ folder: folderWith({}) });
  const code = await main(["worker", "redis://127.0.0.1:1", ...args], world);
  return { code, out: world.out(), err: world.err() };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a store whose keys are wrong is an error at the start, which does not show them", async () => {
  const server = await testStore("bucket");
  const environment = { ...server.environment, AWS_SECRET_ACCESS_KEY: "another-secret" };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { code, err } = await worker("--store", "s3://bucket/digits");
  expect(code).toBe(1);
  expect(err).toBe(
    `error: store: s3://bucket/digits at ${server.endpoint} refuses (SignatureDoesNotMatch): the keys are wrong or too old: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE\n`,
  );
  expect(err).not.toContain(testKeys.accessKeyId);
  await server.stop();
});

test.each(["my-bucket", "s3://key:secret@bucket"])(
  "an address that is none, %s, is a wrong command line",
  async (address) => {
    const { code, out, err } = await worker("--store", address);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error: store: address must be s3:\/\/BUCKET or s3:\/\/BUCKET\/PREFIX/);
    expect(err).not.toContain("secret@");
  },
);
