import { hash } from "node:crypto";

/** Length of the end of a document with a checksum, `,"sum":"01234567"}`. */
const length = 18;

/** End of a document with a checksum. Any key of three letters, as a damaged byte may be in the name. */
const end = /^,"(.{3})":"(.{8})"\}$/s;

const sumOf = (text: string | Uint8Array): string => hash("sha256", text).slice(0, 8);

/** An object as JSON with the checksum `sum` as its last field: 8 hexadecimal digits of the SHA-256 of the text before it. */
export function withChecksum(document: object): string {
  const start = JSON.stringify(document).slice(0, -1);
  return `${start},"sum":"${sumOf(start)}"}`;
}

/** State of a document by its checksum: as it was written, changed since, or of an earlier version, which wrote none. */
export type Check = "unchanged" | "changed" | "none";

/** State of a document: whether the checksum at its end is that of the bytes before it. */
export function checkOf(document: Uint8Array): Check {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  const found = end.exec(bytes.subarray(-length).toString("latin1"));
  if (!found) return "none";
  return found[1] === "sum" && found[2] === sumOf(bytes.subarray(0, -length)) ? "unchanged" : "changed";
}

/** Whether a document is as it was written, as far as that can be known: one of earlier versions has no checksum. */
export const isUnchanged = (document: Uint8Array): boolean => checkOf(document) !== "changed";
