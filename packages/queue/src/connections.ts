import { InterruptedError } from "@weightcast/runs";
import { masked } from "@weightcast/types";
import { Redis } from "ioredis";
import { checkedUrl } from "./url";

/** Options of a connection to Redis. */
export interface ConnectionOptions {
  /** Aborting it ends the wait for a server that does not answer. */
  readonly signal?: AbortSignal;
  /** Called with a sentence that a user should read: the server can't be reached, it is back, there is no worker. */
  readonly onNote?: (text: string) => void;
}

/** Connections to one Redis server. Each waits for a server that is gone, and goes on when it is back. */
export interface Connections {
  /** Address without user and password. */
  readonly name: string;
  /** One that is shared. */
  readonly client: Redis;
  /** New connection. */
  open(): Redis;
  /** Calls a function each time that the server is back. */
  onBack(listener: () => void): void;
  /** Closes all. */
  close(): void;
}

/** Milliseconds between two attempts to reach the server. */
const retryMs = (attempt: number): number => Math.min(100 * attempt, 1000);

/** Errors of a server that does not know the user: another attempt would fail in the same way. */
const denied = /^(WRONGPASS|NOAUTH|NOPERM)\b/;

/**
 * Connections to a Redis server, the first of which is made.
 * @throws RangeError if `url` is no address of one; an Error if it refuses the user or the password; neither message has them
 * @throws InterruptedError once the signal is aborted
 */
export async function connectionsTo(
  url: string,
  { signal, onNote = () => {} }: ConnectionOptions,
): Promise<Connections> {
  const name = masked(checkedUrl(url));
  const all: Redis[] = [];
  const down = new Set<Redis>();
  const listeners: (() => void)[] = [];
  const open = () => {
    const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: retryMs });
    all.push(client);
    // BullMQ adds listeners for each queue and worker.
    client.setMaxListeners(0);
    client.on("error", (error: NodeJS.ErrnoException) => {
      if (down.size === 0) onNote(`${name} can't be reached (${reasonOf(error)}); waiting for it, nothing is lost.`);
      down.add(client);
    });
    client.on("ready", () => {
      if (!down.delete(client) || down.size > 0) return;
      onNote(`${name} is back.`);
      for (const listener of listeners) listener();
    });
    return client;
  };
  const close = () => {
    for (const client of all) client.disconnect();
  };
  const client = open();
  try {
    await firstAnswer(client, signal);
  } catch (error) {
    close();
    if (signal?.aborted) throw new InterruptedError();
    throw Object.assign(new Error(`queue: ${name} refuses the connection (${reasonOf(error as Error)})`), {
      code: "QUEUE_REFUSED",
    });
  }
  return { name, client, open, close, onBack: (listener) => listeners.push(listener) };
}

/** Waits for the server. @throws the error of a server that refuses the user, or an abort */
async function firstAnswer(client: Redis, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => reject(new InterruptedError());
    const end = (settle: () => void) => {
      signal?.removeEventListener("abort", stop);
      settle();
    };
    client.on("error", (error) => denied.test(error.message) && end(() => reject(error)));
    client.ping().then(
      () => end(resolve),
      (error: Error) => end(() => reject(error)),
    );
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
  });
}

/** Cause of a failure, in a word or two. An error of ioredis holds the command that failed, such as AUTH with its password. */
const reasonOf = ({ code, message }: NodeJS.ErrnoException): string =>
  code ?? /^[A-Z]+\b/.exec(message)?.[0] ?? "no answer";
