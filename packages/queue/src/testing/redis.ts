import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

/** Whether a Redis server is installed; says so if it is not. */
export const hasRedis = (): boolean => {
  const { status } = spawnSync("redis-server", ["--version"], { stdio: "ignore" });
  if (status !== 0) console.warn("There is no redis-server (Debian's package of that name): the queue is not tested.");
  return status === 0;
};

/** Redis server of a test. */
export interface TestRedis {
  readonly url: string;
  /** Everything that was written to it since it was started first. */
  written(): string;
  /** Kills it as kill -9 does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it, and removes its files. */
  end(): Promise<void>;
}

/** Redis server on a free port of 127.0.0.1, which writes each command to an append-only file. */
export async function testRedis({ password }: { readonly password?: string } = {}): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "weightcast-redis-"));
  const port = await freePort();
  const address = `redis://${password === undefined ? "" : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const start = async () => {
    const only = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
    const kept = ["--appendonly", "yes", "--appendfsync", "always"];
    server = spawn("redis-server", [...only, ...kept, ...(password === undefined ? [] : ["--requirepass", password])], {
      stdio: "ignore",
    });
    const client = new Redis(address, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on("error", () => {}); // not yet
    while ((await client.ping().catch(() => "")) !== "PONG") await sleep(20); // it may still be loading
    client.disconnect();
  };
  const kill = async () => {
    const ended = new Promise((resolve) => server?.once("exit", resolve));
    server?.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url: address,
    written: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"))
        .join("\n"),
    kill,
    start,
    async end() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("testRedis: no free port");
  return address.port;
}
