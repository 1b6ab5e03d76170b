import { expect, test } from "vitest";
import { interruptible } from "./interrupt";
import { fakeWorld } from "./testing/world";

test("the first interruption asks, the second ends; after the work there is nothing to interrupt", async () => {
  let time = 0;
  const world = fakeWorld({ now: () => time });
  const told: string[] = [];
  const result = await interruptible(
    world,
    () => told.push("first"),
    async (signal) => {
      expect(signal.aborted).toBe(false);
      world.interrupt();
      expect(signal.aborted).toBe(true);
      time = 500; // an echo of the first
      world.interrupt();
      expect(world.exits).toEqual([]);
      time = 501;
      world.interrupt();
      expect(world.exits).toEqual([130]);
      return "done";
    },
  );
  expect(result).toBe("done");
  expect(told).toEqual(["first"]);
  world.interrupt();
  expect(told).toEqual(["first"]);
  expect(world.exits).toEqual([130]);
});

test("work that fails is not listened for any more either", async () => {
  const world = fakeWorld();
  const told: string[] = [];
  await expect(
    interruptible(
      world,
      () => told.push("first"),
      () => Promise.reject(new Error("no")),
    ),
  ).rejects.toThrow("no");
  world.interrupt();
  expect(told).toEqual([]);
});
