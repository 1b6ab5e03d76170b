import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openStore } from "./open-store";
import { type TestStore, testKeys, testStore } from "./testing";

let server: TestStore;
const notes: string[] = [];
const onNote = (text: string) => void notes.push(text);
beforeAll(async () => {
  server = await testStore("bucket");
});
afterAll(() => server.stop());
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  server.objects.clear();
  server.deny(undefined);
  notes.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);

describe("a store", () => {
  test("writes, lists, reads and removes below its prefix", async () => {
    const store = await openStore("s3://bucket/runs/mine", { onNote });
    expect(store.name).toBe("s3://bucket/runs/mine");
    expect(server.objects.size).toBe(0);
    const names = ["a/1", "a/2", "a/3", "a/4 +ä", "a/5", "a/6", "a/7", "b/1"];
    for (const name of names) await store.write(name, bytes.subarray(0, 10));
    await store.write("a/1", bytes);
    expect([...server.objects.keys()]).toContain("bucket/runs/mine/a/4 +ä");
    server.objects.set("bucket/runs/others/a/1", Buffer.from("other"));
    expect(await store.keys("a/")).toEqual(names.slice(0, 7)); // more than a page
    expect(await store.read("a/1")).toEqual(bytes);
    expect(await store.read("a/9")).toBeUndefined();
    await store.remove("a/1");
    await store.remove("a/1");
    expect(await store.read("a/1")).toBeUndefined();
    expect(server.objects.size).toBe(8);
    expect(notes).toEqual([]);
    store.close();
  });

  test("in a whole bucket; a server that a profile names", async () => {
    const folder = mkdtempSync(join(tmpdir(), "weightcast-store-"));
    const file = join(folder, "config");
    const { accessKeyId, secretAccessKey } = testKeys;
    writeFileSync(
      file,
      `[profile lab]\nendpoint_url = ${server.endpoint}\nregion = here\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    );
    for (const name of Object.keys(server.environment)) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_CONFIG_FILE", file);
    vi.stubEnv("AWS_PROFILE", "lab");
    const store = await openStore("s3://bucket", { onNote });
    await store.write("x", bytes);
    expect([...server.objects.keys()]).toEqual(["bucket/x"]);
    store.close();
    rmSync(folder, { recursive: true });
  });

  test("that does not answer is said once, and when it is back; it may be opened meanwhile", async () => {
    const store = await openStore("s3://bucket/runs", { onNote });
    await server.stop();
    const other = await openStore("s3://bucket/runs", { onNote });
    for (const call of [() => store.write("x", bytes), () => store.read("x"), () => store.keys("")])
      await expect(call()).rejects.toMatchObject({ code: "STORE_AWAY" });
    const away = `store: s3://bucket/runs at ${server.endpoint} can't be reached (ECONNREFUSED); runs go on without it, and it is tried again.`;
    expect(notes).toEqual([away, away]); // one of each
    await server.start();
    for (const one of [store, other]) await one.write("x", bytes);
    expect(notes.slice(2)).toEqual(["s3://bucket/runs is back.", "s3://bucket/runs is back."]);
    for (const one of [store, other]) one.close();
  });

  test("whose rights are taken away says so once", async () => {
    const store = await openStore("s3://bucket/runs", { onNote });
    server.deny("PUT");
    for (let i = 0; i < 2; i++) {
      await expect(store.write("x", bytes)).rejects.toMatchObject({ code: "STORE_REFUSED" });
      await store.keys("");
    }
    expect(notes).toEqual([expect.stringMatching(/refuses \(AccessDenied\): allow these keys s3:ListBucket/)]);
    store.close();
  });
});

describe("refused at the start, with what to do:", () => {
  test.each<[string, Readonly<Record<string, string | undefined>>, RegExp]>([
    [
      "an unknown key",
      { AWS_ACCESS_KEY_ID: "ANOTHERKEYOFSOMEBODY" },
      /\(InvalidAccessKeyId\): the keys are wrong or too old: check AWS_ACCESS_KEY_ID/,
    ],
    [
      "a wrong secret",
      { AWS_SECRET_ACCESS_KEY: "wrong-secret" },
      /\(SignatureDoesNotMatch\): the keys are wrong or too old/,
    ],
    [
      "no keys",
      { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      /\(CredentialsProviderError\): there are no keys: check AWS_ACCESS_KEY_ID .* or AWS_PROFILE/,
    ],
    [
      "no region",
      { AWS_ENDPOINT_URL_S3: undefined },
      /^store: s3:\/\/bucket\/runs refuses \(RegionMissing\): set AWS_REGION/,
    ],
  ])("%s", async (_, environment, message) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const error = await openStore("s3://bucket/runs", { onNote }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "STORE_REFUSED", message: expect.stringMatching(message) });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(
      /wrong-secret|ANOTHERKEY|TESTKEY|of\/weightcast/,
    );
    expect(notes).toEqual([]);
  });

  test("a bucket that does not exist; an address that is none", async () => {
    await expect(openStore("s3://missing/runs")).rejects.toMatchObject({
      code: "STORE_REFUSED",
      message: expect.stringMatching(
        /s3:\/\/missing\/runs at .* refuses \(NoSuchBucket\): there is no such bucket: create it/,
      ),
    });
    await expect(openStore("bucket/runs")).rejects.toThrow(RangeError);
  });

  test.each(["GET", "PUT", "DELETE"])("keys that may not %s", async (method) => {
    server.deny(method);
    await expect(openStore("s3://bucket/runs")).rejects.toMatchObject({
      code: "STORE_REFUSED",
      message: expect.stringMatching(/\(AccessDenied\): allow these keys s3:ListBucket/),
    });
  });
});
