import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { writeWhole } from "@weightcast/disk";
import { checkOf, withChecksum } from "./checksum";
import { ifAbsent } from "./lines";
import type { Position } from "./record-reader";
import type { StateAt } from "./record-state";
import { ownValues, type SharedEnds, shareValues } from "./shared-values";

/** What the first lines of a record hold, without pictures. */
interface Indexed {
  /** End of these lines. */
  readonly end: Position;
  readonly damaged: readonly { readonly line: number; readonly reason: string }[];
  readonly state: StateAt;
}

/** Index file: one JSON document with a checksum. */
interface Document extends Pick<Indexed, "end" | "damaged"> {
  /** Version of this form, and of that of the entries: to be raised when either changes. */
  readonly version: number;
  /** Digest of the bytes of the record up to the end. */
  readonly sha256: string;
  /** See {@link Status.stamp}. */
  readonly stamp?: string;
  readonly runs: SharedEnds;
  readonly tags: StateAt["tags"];
  readonly removed: StateAt["removed"];
}

const version = 2;

/** Bytes of a record from which on an index pays, and of new lines from which on another one does. */
const [leastBytes, leastNew] = [2 ** 23, 2 ** 20];

/** Time, in ms, after a change within which a file system may give another change the same times. */
const tickMs = 2000;

/** Path of a record's index. */
const indexFile = (record: string): string => record.replace(/jsonl$/, "index.json");

/** Index of a record, and a way to make one. */
interface OpenIndex {
  /** Absent if there is no index that fits the record. */
  readonly known?: Indexed;
  /** Absent if an index would not pay. */
  readonly save?: Save;
}

interface Save {
  /** Covers further bytes of the record, in their order. */
  cover(bytes: Uint8Array): void;
  /** Writes an index of all that was covered, if that pays. Where it can't be written, as in a read-only folder, nothing is. */
  write(of: Indexed): Promise<void>;
}

/**
 * Index of a record. It is used only if the record begins with the very bytes it was made from: if the file has not been touched since, by
 * its number, size and times, or else by the digest of these bytes, which takes a third of the time to read the runs in them.
 */
export async function openIndex(record: string): Promise<OpenIndex> {
  const status = await statusOf(record);
  if (status.size < leastBytes) return {};
  const found = await readIndex(indexFile(record));
  if (found && found.stamp !== undefined && found.stamp === status.stamp) return { known: indexedIn(found) };
  const hash = found && (await hashOf(record, found.end.bytes));
  const fits = hash && hash.copy().digest("hex") === found.sha256;
  if (!fits) return { save: savedBy(record, createHash("sha256"), status, 0) };
  return { known: indexedIn(found), save: savedBy(record, hash, status, found.end.bytes) };
}

function savedBy(record: string, hash: Hash, { stamp }: Status, from: number): Save {
  return {
    cover: (bytes) => void hash.update(bytes),
    async write({ end, damaged, state }) {
      // With a stamp, the same bytes need not be read the next time.
      const pays = end.bytes - from >= leastNew || (from > 0 && stamp !== undefined);
      if (!pays) return;
      const document: Document = {
        ...{ version, end, sha256: hash.digest("hex"), ...(stamp !== undefined && { stamp }), damaged },
        ...{ runs: shareValues(state.ends), tags: state.tags, removed: state.removed },
      };
      await writeWhole(indexFile(record), withChecksum(document)).catch(() => {});
    },
  };
}

interface Status {
  readonly size: number;
  /** Number, size and times of the file. Absent if it changed a moment ago: a further change could leave all of them as they are. */
  readonly stamp?: string;
}

async function statusOf(file: string): Promise<Status> {
  const status = await stat(file, { bigint: true }).catch(ifAbsent);
  if (!status) return { size: 0 };
  const { ino, size, mtimeNs, ctimeNs, ctimeMs } = status;
  const isSettled = Date.now() - Number(ctimeMs) > tickMs;
  return { size: Number(size), ...(isSettled && { stamp: [ino, size, mtimeNs, ctimeNs].join(" ") }) };
}

/** Document in an index file; undefined if there is none, or a damaged one, or one in another form. */
async function readIndex(file: string): Promise<Document | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes || checkOf(bytes) !== "unchanged") return undefined;
  try {
    const document = JSON.parse(bytes.toString("utf8")) as Document;
    return document.version === version ? document : undefined;
  } catch {
    return undefined;
  }
}

const indexedIn = ({ end, damaged, runs, tags, removed }: Document): Indexed => ({
  ...{ end, damaged },
  state: { ends: ownValues(runs), tags, removed },
});

/** Hash of the first bytes of a file, to go on with; undefined if it has fewer. */
async function hashOf(file: string, bytes: number): Promise<Hash | undefined> {
  const hash = createHash("sha256");
  let read = 0;
  for await (const chunk of createReadStream(file, { end: bytes - 1, highWaterMark: 2 ** 20 })) {
    hash.update(chunk as Buffer);
    read += (chunk as Buffer).length;
  }
  return read === bytes ? hash : undefined;
}
