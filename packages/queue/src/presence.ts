import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Host } from "./host";

/** Who offers runs, and who does them. */
type Role = "coordinators" | "workers";

const schema = z.object({
  host: z.string(),
  pid: z.int(),
  release: z.string(),
  computes: z.string(),
  key: z.string(),
});

const setOf = (role: Role) => `weightcast:${role}`;
const keyOf = (role: Role, id: string) => `weightcast:${role}:${id}`;

/**
 * Announces a process until the returned function is called, or it has been silent for three beats.
 * @param beatMs milliseconds between two signs of life
 */
export async function announce(client: Redis, role: Role, host: Host, beatMs: number): Promise<() => void> {
  const id = randomUUID();
  const beat = async () => {
    await client.set(keyOf(role, id), JSON.stringify(host), "PX", 3 * beatMs);
    await client.sadd(setOf(role), id);
  };
  await beat();
  const timer = setInterval(() => {
    if (client.status === "ready") beat().catch(() => {}); // the connection reports its failures
  }, beatMs);
  return () => {
    clearInterval(timer);
    if (client.status === "ready") client.del(keyOf(role, id)).catch(() => {});
  };
}

/** Processes that have announced themselves and are alive. */
export async function present(client: Redis, role: Role): Promise<readonly Host[]> {
  const ids = await client.smembers(setOf(role));
  if (ids.length === 0) return [];
  const texts = await client.mget(ids.map((id) => keyOf(role, id)));
  const gone = ids.filter((_, i) => texts[i] === null);
  if (gone.length > 0) await client.srem(setOf(role), ...gone);
  return texts.flatMap((text) => {
    const { data } = schema.safeParse(text === null ? undefined : JSON.parse(text));
    return data ? [data] : [];
  });
}
