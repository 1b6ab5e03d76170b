import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { type Answer, answerTo } from "./server/answers";
import { askedBy, ownHeaders } from "./server/guard";
import { changeStream } from "./server/stream";
import { watchFolder } from "./state/folder";

/** Options of {@link openBoard}. */
export interface BoardOptions {
  /** @default a free one */
  readonly port?: number;
  /** Called with an error that a page did not cause, such as a folder that cannot be read. @default console.warn */
  readonly onError?: (error: unknown) => void;
}

/** Board of a folder of runs. */
export interface Board {
  /** Address of the page, with the token that nobody else knows. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Board of a folder of runs: a page on 127.0.0.1 that shows them live. It only reads the folder, which may be empty yet or not there;
 * nothing that trains needs it.
 * @throws RangeError if the port is not one; the system's error if it is taken
 */
export async function openBoard(folder: string, options: BoardOptions = {}): Promise<Board> {
  const { port: wanted = 0, onError = console.warn } = options;
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new RangeError(`openBoard: port must be an integer in [0, 65535]; got ${wanted}`);
  const path = resolve(folder);
  const watched = watchFolder(path);
  const stream = changeStream(watched, onError);
  const token = randomBytes(16).toString("hex");
  let port = wanted;

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = askedBy(request, { token, port });
    if (!asked) return send(response, textOf(403, "This page needs the address that the command printed."));
    if (request.method !== "GET" && request.method !== "HEAD") return send(response, textOf(405, "Only GET."));
    if (asked.path === "stream") return stream.open(request, response);
    await stream.ready();
    try {
      const answer = await answerTo(asked.path, asked.query, { path, watched });
      send(response, answer ?? textOf(404, "There is no such page."));
    } catch (error) {
      if (error instanceof RangeError) return send(response, textOf(400, error.message));
      throw error;
    }
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      onError(error);
      if (response.headersSent) response.destroy();
      else send(response, textOf(500, "The board could not answer; see the terminal in which it runs."));
    });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(wanted, "127.0.0.1", done);
  });
  port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}/${token}/`,
    async close() {
      stream.close();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

const textOf = (status: number, body: string): Answer => ({ status, type: "text/plain; charset=utf-8", body });

function send(response: ServerResponse, { status = 200, type, body, headers = ownHeaders }: Answer): void {
  response.writeHead(status, { ...headers, "Content-Type": type });
  response.end(body);
}
