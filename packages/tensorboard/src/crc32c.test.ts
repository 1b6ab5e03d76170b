import { expect, test } from "vitest";
import { crc32c, maskedCrc32c } from "./crc32c";

const hex = (value: number) => value.toString(16).padStart(8, "0");

// RFC 3720, appendix B.4; there the bytes of each checksum are in the order in which they are sent, the last first.
test.each([
  ["32 zeros", new Uint8Array(32), "8a9136aa"],
  ["32 ones", new Uint8Array(32).fill(0xff), "62a8ab43"],
  ["ascending", Uint8Array.from({ length: 32 }, (_, i) => i), "46dd794e"],
  ["descending", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), "113fdb5c"],
  ["123456789", new TextEncoder().encode("123456789"), "e3069283"],
  ["nothing", new Uint8Array(), "00000000"],
])("CRC-32C of %s", (_, bytes, sum) => {
  expect(hex(crc32c(bytes))).toBe(sum);
});

test("masked: rotated right by 15, plus a constant, in 32 bits", () => {
  const sum = BigInt(crc32c(new Uint8Array(32)));
  const rotated = ((sum >> 15n) | (sum << 17n)) & 0xffffffffn;
  expect(BigInt(maskedCrc32c(new Uint8Array(32)))).toBe((rotated + 0xa282ead8n) & 0xffffffffn);
});
