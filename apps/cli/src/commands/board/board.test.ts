import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { fakeWorld } from "../../testing/world";

test("the address of a page on this machine, until it is interrupted", async () => {
  const world = fakeWorld({ folder: folderWith() });
  const ended = main(["board", "new"], world);
  await expect.poll(world.out, { timeout: 30_000 }).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/\n$/);
  const url = world.out().trim();
  expect((await fetch(url)).status).toBe(200);
  world.interrupt();
  expect(await ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
  expect(world.err()).toBe(
    "new is not there yet: runs appear on the page once there are some.\nOpen this address in a browser on this machine; Ctrl-C ends the page.\n",
  );
});

test("the folder is by default that of the environment", async () => {
  const world = fakeWorld({
    folder: folderWith({ "mine/record.jsonl": "" }),
    environment: { WEIGHTCAST_FOLDER: "mine" },
  });
  const ended = main(["board"], world);
  await expect.poll(world.out, { timeout: 30_000 }).toMatch(/^http/);
  expect(await (await fetch(world.out().trim())).text()).toContain("/mine</small>");
  world.interrupt();
  await ended;
  expect(world.err()).not.toContain("not there yet");
});

test("a file in place of the folder, a port that is no port or is taken", async () => {
  const world = fakeWorld({ folder: folderWith({ "record.jsonl": "" }) });
  expect(await main(["board", "record.jsonl"], world)).toBe(2);
  expect(await main(["board", "--port", "70000"], world)).toBe(2);
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await new Promise((done) => other.once("listening", done));
  const { port } = other.address() as { readonly port: number };
  expect(await main(["board", "--port", `${port}`], world)).toBe(1);
  expect(world.err().replaceAll("\n", " ")).toMatch(
    new RegExp(
      `takes the folder of a record; got the file record.jsonl .*port must be an integer in \\[0, 65535\\]; got 70000 .*--port ${port}: is taken by another program`,
    ),
  );
});
