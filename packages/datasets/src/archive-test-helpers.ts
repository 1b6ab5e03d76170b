import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { stream } from "@weightcast/random";
import type { Archive } from "./archive";

export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** `length` bytes in [0, 256) that do not compress. */
export function noise(length: number, seed: number): Uint8Array {
  const random = stream(seed, "noise");
  return Uint8Array.from({ length }, () => random.integer(256));
}

/** An entry of a tar archive; what is left out is that of an honest file. */
export interface TarEntry {
  readonly path: string;
  readonly bytes?: Uint8Array;
  /** What the header says instead of the bytes' length. */
  readonly size?: number;
  /** The header's type: "0" file, "1" link, "2" symbolic link, "5" folder, "x" extended header. */
  readonly type?: string;
  readonly link?: string;
}

/** A tar archive as GNU tar writes it: headers of 512 bytes, contents filled up to 512, two blocks of zeros. */
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

/** An archive described for `fetchArchive`, and its bytes. */
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

/** What a server sends; may be changed between requests. */
export interface Served {
  body: Uint8Array;
  etag?: string | undefined;
  /** Of the i-th answer, instead. */
  tag?: (i: number) => string;
  lastModified?: string;
  /** What the Content-Range says, instead of the truth. */
  rangeSaid?: string;
  /** Whether Range is heeded; `"always"`: whatever If-Range says. @default true */
  ranges?: boolean | "always";
  /** How the i-th request ends after so many bytes of its answer; others are answered whole. */
  ends?: ({ after: number; how: "break" | "stall" } | undefined)[];
  /** How much of the file the client has stored: a connection is broken only when that is all that was sent. */
  stored?: () => Promise<number>;
  status?: number;
  headers?: Record<string, string>;
  /** The body is sent when this is settled. */
  hold?: Promise<void>;
  /** Sends a chunk of so many bytes every so many ms. */
  trickle?: { bytes: number; ms: number };
}

/** Requests as the server saw them; `sent`: bytes of the answers' bodies. */
export interface Seen {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly encoding: string | undefined;
  sent: number;
}

/** A server on this machine, of one file. */
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
    ...(partial && served.rangeSaid ? { "Content-Range": served.rangeSaid } : {}),
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
