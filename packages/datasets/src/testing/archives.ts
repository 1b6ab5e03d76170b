import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { stream } from "@weightcast/random";
import type { Archive } from "../download/archive";

export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** Given number of bytes that do not compress. */
export function noise(length: number, seed: number): Uint8Array {
  const random = stream(seed, "noise");
  return Uint8Array.from({ length }, () => random.integer(256));
}

/** Entry of a tar archive; by default, the header is correct. */
export interface TarEntry {
  readonly path: string;
  readonly bytes?: Uint8Array;
  /** Size in the header. @default the bytes' length */
  readonly size?: number;
  /** Type in the header: "0" file, "1" link, "2" symbolic link, "5" folder, "x" extended header. */
  readonly type?: string;
  readonly link?: string;
}

/**
 * Tar archive as GNU tar writes it: headers of 512 bytes, contents padded to a multiple of 512, two blocks of zeros.
 */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, bytes = new Uint8Array(), size = bytes.length, type = "0", link = "" }) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write("0000644\0" + "0000000\0" + "0000000\0", 100);
    header.write(`${size.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0${" ".repeat(8)}${type}${link}`, 124);
    header.write("ustar  \0", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, bytes, Buffer.alloc(-bytes.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** Description of an archive for `fetchArchive`, and its bytes. */
export function archiveOf(
  url: string,
  entries: readonly TarEntry[],
  wanted = entries,
  packed = gzipSync(tar(entries)),
) {
  const archive: Archive = {
    name: "tiny",
    url,
    md5: md5(packed),
    bytes: packed.length,
    files: wanted.map(({ path, bytes = new Uint8Array() }) => ({ path, bytes: bytes.length })),
    rest: 20_000,
  };
  return { archive, packed };
}

/** Behavior of a server; may be changed between requests. */
export interface Served {
  body: Uint8Array;
  etag?: string | undefined;
  /** ETag of the i-th answer, instead of `etag`. */
  tag?: (i: number) => string;
  lastModified?: string;
  /** Content-Range to send instead of the true one. */
  contentRange?: string;
  /** Whether the server honors Range; `"always"`: even if If-Range does not match. @default true */
  ranges?: boolean | "always";
  /** End of the i-th answer after a number of bytes; other answers are whole. */
  ends?: ({ after: number; how: "break" | "stall" } | undefined)[];
  /** Bytes that the client has stored: a connection is broken only after the client has stored everything sent. */
  stored?: () => Promise<number>;
  status?: number;
  headers?: Record<string, string>;
  /** Promise that delays the body until it is settled. */
  hold?: Promise<void>;
  /** Size of the chunks, and the interval at which they are sent, in ms. */
  trickle?: { bytes: number; ms: number };
}

/** Request as the server saw it. */
export interface Seen {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly encoding: string | undefined;
  /** Bytes of the answer's body that were sent. */
  sent: number;
}

/** Local server of one file. */
export async function serve(served: Served) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void respond(served, seen, request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.tar.gz`;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { url, seen, close };
}

async function respond(served: Served, seen: Seen[], request: IncomingMessage, response: ServerResponse) {
  const { range, "if-range": ifRange, "accept-encoding": encoding } = request.headers;
  const entry: Seen = {
    range,
    ifRange: ifRange as string | undefined,
    encoding: encoding as string | undefined,
    sent: 0,
  };
  const end = served.ends?.[seen.length];
  seen.push(entry);
  const { body, lastModified, ranges = true, status = 200 } = served;
  const etag = served.tag ? served.tag(seen.length) : served.etag;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  const partial =
    ranges && range !== undefined && (ranges === "always" || !ifRange || ifRange === etag || ifRange === lastModified);
  const rest = partial ? body.subarray(from) : body;
  response.writeHead(partial ? 206 : status, {
    ...(served.headers?.["Transfer-Encoding"] ? {} : { "Content-Length": rest.length }),
    ...(etag ? { ETag: etag } : {}),
    ...(lastModified ? { "Last-Modified": lastModified } : {}),
    ...(partial ? { "Content-Range": `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
    ...(partial && served.contentRange ? { "Content-Range": served.contentRange } : {}),
    ...served.headers,
  });
  const send = (bytes: Uint8Array) => {
    entry.sent += bytes.length;
    return new Promise<void>((written) => response.write(bytes, () => written()));
  };
  response.flushHeaders();
  await served.hold;
  const sending = rest.subarray(0, end?.after);
  const { bytes: step, ms } = served.trickle ?? { bytes: sending.length || 1, ms: 0 };
  for (let at = 0; at < sending.length && !response.destroyed; at += step) {
    await send(sending.subarray(at, at + step));
    if (ms > 0) await sleep(ms);
  }
  if (end?.how === "break") {
    const arrived = (partial ? from : 0) + sending.length;
    while (served.stored && (await served.stored()) < arrived) await sleep(5);
    response.destroy();
  } else if (!end) response.end();
}
