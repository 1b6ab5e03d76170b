import { DatasetError, type DatasetErrorCode } from "../error";

/** Requested file. */
export interface Wanted {
  readonly url: string;
  /** Number of bytes, if it is known. */
  readonly bytes?: number | undefined;
  /** Largest acceptable number of bytes. */
  readonly most: number;
}

/** Part of the file that an earlier attempt left. */
export interface Part {
  readonly size: number;
  /** ETag or date by which the server identifies the file; a part without one is not resumed. */
  readonly validator?: string | undefined;
}

/** Answer that brings bytes of the file. */
export interface Answer {
  /** Position of its first byte in the file: 0, or the end of the part. */
  readonly from: number;
  /** Bytes of the whole file, if the server states them. */
  readonly total?: number | undefined;
  /** ETag or date by which the server identifies the file, if it states one. */
  readonly validator?: string | undefined;
}

/** Statuses of errors that may pass: too many requests, a server or a proxy in trouble. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Answer that brings no bytes of the file. */
export interface Refusal {
  readonly error: DatasetError;
  /** Whether the existing part may still be a part of the file. */
  readonly keep: boolean;
  /** Whether another request may succeed. */
  readonly again: boolean;
}

/** Verdict on an answer by its status and headers, before any of its body is read. */
export function answer({ status, statusText, headers }: Response, part: Part, task: Wanted): Answer | Refusal {
  const error = (code: DatasetErrorCode, rule: string, found: string, advice: string) =>
    new DatasetError(code, { file: task.url, rule, found, advice });
  const otherMeans = "see the address, or download the file by other means and read its folder";

  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get("Content-Range") ?? "");
  const validator = validatorOf(headers);
  const partial = status === 206 && part.size > 0 && Number(range?.[1]) === part.size;
  if ((status === 206 && !partial) || (partial && validator && validator !== part.validator) || status === 416) {
    const rule = `send the bytes from ${part.size} on of the file whose beginning it sent before`;
    const found = `HTTP ${status}, ${headers.get("Content-Range") ?? "no range"}`;
    return { error: error("download", rule, found, otherMeans), keep: false, again: true };
  }
  if (status !== 200 && status !== 206) {
    const found = `HTTP ${status} ${statusText}`.trim();
    return { error: error("download", "send the file", found, otherMeans), keep: true, again: PASSING.has(status) };
  }
  const encoding = headers.get("Content-Encoding") ?? "identity";
  if (encoding !== "identity") {
    const found = `them in Content-Encoding ${encoding}`;
    return { error: error("download", "send the file's own bytes", found, otherMeans), keep: false, again: false };
  }
  const total = partial ? Number(range?.[2]) : wholeNumber(headers.get("Content-Length"));
  const { bytes, most } = task;
  if (total !== undefined && (total > most || (bytes !== undefined && total !== bytes))) {
    const rule = bytes === undefined ? `hold at most ${most} bytes` : `hold ${bytes} bytes, as was published`;
    const found = `${total} (${headers.get("Content-Type") ?? "no content type"})`;
    const code = total > (bytes ?? most) ? "oversize" : "wrong-format";
    const advice = "the address leads to another file: pass the right url, or its md5 if you want that file";
    return { error: error(code, rule, found, advice), keep: false, again: false };
  }
  return { from: partial ? part.size : 0, total, validator };
}

/** Strong ETag, or otherwise a date: a validator that If-Range accepts. */
function validatorOf(headers: Headers): string | undefined {
  const etag = headers.get("ETag");
  return (etag?.startsWith('"') ? etag : headers.get("Last-Modified")) ?? undefined;
}

const wholeNumber = (text: string | null): number | undefined =>
  text && /^\d+$/.test(text) ? Number(text) : undefined;
