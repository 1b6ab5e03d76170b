import { createHash } from "node:crypto";

/** Length of the end of a document with a checksum, `,"sum":"01234567"}`. */
const length = 18;

/** End of a document with a checksum. Any key of three letters, as a damaged byte may be in the name. */
const end = /^,"(.{3})":"(.{8})"\}$/s;

const sumOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** An object as JSON with the checksum `sum` as its last field: 8 hexadecimal digits of the SHA-256 of the text before it. */
export function withChecksum(document: object): string {
  const start = JSON.stringify(document).slice(0, -1);
  return `${start},"sum":"${sumOf(start)}"}`;
}

/** Whether the checksum at the end of a document is that of the bytes before it, or there is none, as in those of earlier versions. */
export function isUnchanged(document: Uint8Array): boolean {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  const found = end.exec(bytes.subarray(-length).toString("latin1"));
  return !found || (found[1] === "sum" && found[2] === sumOf(bytes.subarray(0, -length)));
}
