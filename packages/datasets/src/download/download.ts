import { constants } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { writeAll, writeWhole } from "@weightcast/disk";
import { DatasetError } from "../error";
import { codeOf } from "../files/file-errors";
import { fileSize } from "../files/paths";
import { type Answer, answer, type Part, type Wanted } from "./http-answer";
import { type LeastSpeed, speedWatch } from "./speed";

/** Download of one file, and how it is done. */
export interface Download extends Wanted {
  /** File to which the bytes are appended; next to it, `file`.json states what it is a part of. */
  readonly file: string;
  /** Silence, in ms, after which a connection is given up. */
  readonly stallMs: number;
  /** Speed below which the download ends, without a retry. */
  readonly speed: LeastSpeed;
  /**
   * Number of retries after a broken connection before the error is thrown; the count restarts whenever the part has
   * grown to a new maximum.
   */
  readonly retries: number;
  /** Delay before the first retry, in ms; doubled before each further one. */
  readonly backoffMs: number;
  readonly signal: AbortSignal;
  readonly onBytes: (received: number, total?: number) => void;
}

/**
 * Downloads to a file, and resumes where an earlier attempt, in any process, stopped: by a Range request that applies
 * only if the server's file is still the same one (If-Range); a server that does not support ranges, or has another
 * file by now, sends the whole. The received bytes are kept if the connection breaks, falls silent or is aborted, but
 * not if they turn out to belong to another file.
 * @throws DatasetError `download`, `stalled`, `oversize`, or `wrong-format`
 * @throws the signal's reason when it is aborted
 */
export async function download(task: Download): Promise<void> {
  // The largest of all attempts: one that restarts and breaks at the same place makes no progress.
  const start = await fileSize(task.file);
  const watch = speedWatch(task.speed, start);
  const keepsUp = (size: number) => {
    const speed = watch.at(size);
    if (speed !== undefined) throw tooSlow(task, speed);
  };
  for (let failures = 0, largest = start; ; failures++) {
    task.signal.throwIfAborted();
    const broken = await attempt(task, keepsUp);
    if (!broken) return;
    const now = await fileSize(task.file);
    keepsUp(now);
    if (now > largest) [failures, largest] = [0, now];
    if (failures >= task.retries) throw broken;
    await sleep(task.backoffMs * 2 ** failures, undefined, { signal: task.signal }).catch(() => {});
  }
}

/** One request. Returns nothing if the file is whole, an error if another attempt may help; throws if none will. */
async function attempt(task: Download, keepsUp: (size: number) => void): Promise<DatasetError | undefined> {
  const part = await readPart(task);
  if (part.size > 0 && part.size === part.total) return;
  const silence = new AbortController();
  const watch = setTimeout(() => silence.abort(), task.stallMs);
  const signal = AbortSignal.any([task.signal, silence.signal]);
  try {
    const response = await fetch(task.url, { signal, headers: headersFor(part) }).catch(asBroken);
    if ("broken" in response) return await connectionError(task, silence.signal, response.broken, OFFLINE);
    const verdict = answer(response, part, task);
    if ("error" in verdict) {
      if (!verdict.keep) await discard(task);
      if (verdict.again) return verdict.error;
      throw verdict.error;
    }
    const end = await receive(task, verdict, response, (size) => {
      watch.refresh();
      keepsUp(size);
    });
    return end && (await connectionError(task, silence.signal, end.broken));
  } finally {
    clearTimeout(watch);
    // This also ends a connection whose answer was not read to its end.
    silence.abort();
  }
}

const asBroken = (error: unknown) => ({ broken: error });

/** Receives an answer's bytes. Returns nothing if the file is whole, otherwise the reason why no more arrived. */
async function receive(
  task: Download,
  { from, total, validator }: Answer,
  response: Response,
  alive: (size: number) => void,
) {
  const whole = task.bytes ?? total;
  let received = from;
  let end: { readonly broken: unknown } | undefined;
  const chunks = async function* () {
    try {
      yield* response.body ?? [];
    } catch (error) {
      end = asBroken(error);
    }
  };
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW = 0 } = constants;
  const file = await open(task.file, O_WRONLY | O_CREAT | O_NOFOLLOW | (from === 0 ? O_TRUNC : O_APPEND));
  try {
    // After the file was emptied and before its first byte, so that the note never describes bytes of another file.
    if (from === 0) await writeNote(task, { validator, total: whole });
    task.onBytes(received, total);
    for await (const chunk of chunks()) {
      received += chunk.length;
      if (received > (whole ?? task.most)) throw await tooMuch(task, whole ?? task.most);
      await writeAll(file, chunk);
      alive(received);
      task.onBytes(received, total);
    }
  } finally {
    await file.close();
  }
  if (!end && whole !== undefined && received < whole) end = asBroken(new Error("it ended early"));
  if (!end && whole === undefined) await writeNote(task, { validator, total: received });
  return end;
}

/** Note about the file of which a part has been received. */
interface Note {
  readonly validator?: string | undefined;
  /** Bytes of the whole file: a part of that length needs no server. */
  readonly total?: number | undefined;
}

const writeNote = (task: Download, { validator, total }: Note): Promise<void> =>
  writeWhole(note(task), JSON.stringify({ url: task.url, validator, total }));

async function readPart(task: Download): Promise<Part & Note> {
  const size = await fileSize(task.file);
  try {
    const { url, validator, total = task.bytes } = JSON.parse(await readFile(note(task), "utf8"));
    if (url === task.url && (typeof validator === "string" || size === total)) return { size, validator, total };
  } catch {
    // There is no note, or half of one: the part's origin is unknown.
  }
  return { size: 0 };
}

function headersFor({ size, validator }: Part): Record<string, string> {
  // The archive is compressed already, and its bytes are counted: no other encoding.
  const plain = { "Accept-Encoding": "identity" };
  return size > 0 && validator ? { ...plain, Range: `bytes=${size}-`, "If-Range": validator } : plain;
}

/** Removes a part and its note. */
export async function discard({ file }: Pick<Download, "file">): Promise<void> {
  await rm(file, { force: true });
  await rm(note({ file }), { force: true });
}

const note = ({ file }: Pick<Download, "file">): string => `${file}.json`;

const GO_ON = "try again: what arrived is kept, and the download goes on from there";
const OFFLINE = `${GO_ON}; without a network, fetch that address elsewhere, put the file into a folder, and read the folder: for weightcast, --data FOLDER`;

const tooSlow = ({ url, speed }: Download, found: number) =>
  new DatasetError("stalled", {
    file: url,
    rule: `send at least ${speed.least} bytes per second`,
    found: `${found.toFixed(found < 10 ? 1 : 0)} over the last ${Math.round(speed.ms / 1000)} s`,
    advice: GO_ON,
  });

/** @param advice remedy for a broken connection */
async function connectionError(
  task: Download,
  silence: AbortSignal,
  error: unknown,
  advice = GO_ON,
): Promise<DatasetError> {
  task.signal.throwIfAborted();
  const [file, size] = [task.url, await fileSize(task.file)];
  const silent = { file, rule: `send something every ${task.stallMs / 1000} s`, found: "nothing", advice };
  if (silence.aborted) return new DatasetError("stalled", { ...silent, found: `nothing more after ${size} bytes` });
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const why = cause instanceof Error ? cause.message || codeOf(cause) : String(cause);
  const found = `a broken connection after ${size} bytes (${why})`;
  return new DatasetError("download", { file, rule: "send the whole file", found, advice }, error);
}

async function tooMuch(task: Download, most: number): Promise<DatasetError> {
  await discard(task);
  const advice = "the address leads to another file: pass the right url";
  return new DatasetError("oversize", { file: task.url, rule: `hold ${most} bytes at most`, found: "more", advice });
}
