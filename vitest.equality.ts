import { expect } from "vitest";

/**
 * Typed arrays of the same type and bits are equal at once. Without this, `toEqual` compares them number by number: 5 µs for each, which
 * is seconds for an image or a checkpoint. Arrays with other bits are left to it, because 0 equals −0 in some matchers, and one NaN another.
 */
const added = Symbol.for("weightcast equality");
const worker = globalThis as { [added]?: true };
// Vitest keeps testers as long as the worker lives, which several files share.
if (!worker[added]) {
  worker[added] = true;
  expect.addEqualityTesters([(a: unknown, b: unknown) => (sameBits(a, b) ? true : undefined)]);
}

function sameBits(a: unknown, b: unknown): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return false;
  return a.byteLength === b.byteLength && bytesOf(a).equals(bytesOf(b));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
