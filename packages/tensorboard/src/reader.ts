import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { eventIn } from "./decode";
import type { Event } from "./event";
import { RecordError, recordAt, sizeAt } from "./framing";

/** Place of an event: its file, and the bytes of it. */
export interface EventPlace {
  readonly file: string;
  readonly start: number;
  readonly size: number;
}

/** Event that was read. */
export interface PlacedEvent extends Event {
  readonly place: EventPlace;
}

/** Options of {@link eventReader}. */
export interface EventReaderOptions {
  /** Called once for a file that is damaged; what stands behind the damage is left out. @default console.warn */
  readonly onDamaged?: (message: string) => void;
}

/** Bytes that are read at a time, if no event is longer. */
const room = 2 ** 18;
/** Bytes of the longest event that is read: a larger length is a sign of another format. */
const longest = 2 ** 28;

/**
 * Reader of the event files in a folder, in the order of their names: each call gives the events that were appended since the last one,
 * by this process or another. An event that is not complete yet is left to the next call. One call at a time.
 */
export function eventReader(
  folder: string,
  { onDamaged = console.warn }: EventReaderOptions = {},
): () => AsyncGenerator<PlacedEvent> {
  const ends = new Map<string, number>();
  return async function* () {
    const names = await readdir(folder).catch(ifAbsent);
    for (const name of (names ?? []).filter((one) => one.includes("tfevents")).sort()) {
      const file = join(folder, name);
      const handle = await open(file).catch(ifAbsent);
      if (!handle) continue;
      try {
        for await (const { event, end } of eventsIn(handle, file, ends.get(file) ?? 0)) {
          ends.set(file, end);
          if (event) yield event;
        }
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        ends.set(file, Number.POSITIVE_INFINITY);
        onDamaged(`${file}: left out from here on, as ${error.message} (delete the file to end this message)`);
      } finally {
        await handle.close();
      }
    }
  };
}

/**
 * Event at a place.
 * @throws RecordError if there is none; the system's error
 */
export async function eventAt({ file, start, size }: EventPlace): Promise<PlacedEvent> {
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(size);
    await handle.read(bytes, 0, size, start);
    const record = recordAt(bytes, 0);
    const event = record && eventIn(record.data);
    if (!event) throw new RecordError(`the bytes from ${start} on are no event`);
    return { ...event, place: { file, start, size } };
  } finally {
    await handle.close();
  }
}

/** Events from a position on, and where each ends. */
async function* eventsIn(
  handle: FileHandle,
  file: string,
  from: number,
): AsyncGenerator<{ readonly event: PlacedEvent | undefined; readonly end: number }> {
  if (from === Number.POSITIVE_INFINITY) return;
  let bytes: Uint8Array = new Uint8Array(room);
  /** The bytes [at, at + filled) of the file are in memory; an event begins there. */
  let [at, filled] = [from, 0];
  for (;;) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, at + filled);
    if (bytesRead === 0) return;
    filled += bytesRead;
    const known = bytes.subarray(0, filled);
    let start = 0;
    for (let record = recordAt(known, 0); record; record = recordAt(known, start)) {
      const place = { file, start: at + start, size: record.end - start };
      start = record.end;
      const event = decoded(record.data, place);
      yield { event, end: at + start };
    }
    const size = sizeAt(known, start) ?? 0;
    if (size > longest) throw new RecordError(`the record at byte ${at + start} has ${size} bytes`);
    const rest = known.slice(start);
    if (size > bytes.length) bytes = new Uint8Array(size);
    bytes.set(rest);
    [at, filled] = [at + start, rest.length];
  }
}

function decoded(data: Uint8Array, place: EventPlace): PlacedEvent | undefined {
  try {
    // A copy: the bytes read are overwritten by the next ones, and pictures are views of them.
    const event = eventIn(data.slice());
    return event && { ...event, place };
  } catch {
    throw new RecordError(`the record at byte ${place.start} is no event`);
  }
}

/** Nothing in place of the error that a file is absent. */
function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
