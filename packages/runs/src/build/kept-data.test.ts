import type { Dataset } from "@weightcast/datasets";
import { expect, test } from "vitest";
import { keptData } from "./kept-data";

const dataset = (name: string): Dataset => ({
  ...{ name, shape: [1, 1], classes: 2 },
  train: { images: Uint8Array.of(0, 1), labels: Uint8Array.of(0, 1), count: 2 },
  test: { images: Uint8Array.of(1), labels: Uint8Array.of(1), count: 1 },
});

test("the last data set is kept, under its key; after a failure there is none", async () => {
  const { read } = keptData();
  const seen: string[] = [];
  const ask = (key: string) =>
    read(key, async () => {
      seen.push(key);
      if (key === "bad") throw new Error("damaged");
      return dataset(key);
    });
  const first = await ask("a");
  expect(await ask("a")).toBe(first);
  expect((await ask("b")).name).toBe("b");
  expect(await ask("a")).not.toBe(first);
  await expect(ask("bad")).rejects.toThrow("damaged");
  await ask("a");
  expect(seen).toEqual(["a", "b", "a", "bad", "a"]);
});
