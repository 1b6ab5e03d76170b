import { expect, test } from "vitest";
import { fakeWorld } from "../testing/world";
import { interruptible } from "./interrupt";

test("the first interruption stops by the signal, the second ends the process; after the work neither has an effect", async () => {
  let time = 0;
  const world = fakeWorld({ now: () => time });
  const calls: string[] = [];
  const result = await interruptible(
    world,
    () => calls.push("first"),
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
  expect(calls).toEqual(["first"]);
  world.interrupt();
  expect(calls).toEqual(["first"]);
  expect(world.exits).toEqual([130]);
});

test("a terminal that closes stops the work, and never ends the process, however often it is reported", async () => {
  for (const first of ["SIGHUP", "SIGINT"] as const) {
    let time = 0;
    const world = fakeWorld({ now: () => time });
    await interruptible(
      world,
      () => {},
      async (signal) => {
        world.interrupt(first);
        expect(signal.aborted).toBe(true);
        time = 10_000;
        world.interrupt("SIGHUP");
        expect(world.exits).toEqual([]);
      },
    );
  }
});

test("after work that fails, an interruption has no effect either", async () => {
  const world = fakeWorld();
  const calls: string[] = [];
  await expect(
    interruptible(
      world,
      () => calls.push("first"),
      () => Promise.reject(new Error("no")),
    ),
  ).rejects.toThrow("no");
  world.interrupt();
  expect(calls).toEqual([]);
});
