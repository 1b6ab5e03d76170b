import { expect, test } from "vitest";
import { parseNpy } from "./npy";

/** Bytes that `numpy.save(np.array([[1, 2, 3], [4, 5, 6.5]], "<f4"))` writes. */
const header = `${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`;
const numbers = [1, 2, 3, 4, 5, 6.5];

function npy(
  text = header,
  type = Float32Array as Float32ArrayConstructor | Float64ArrayConstructor | Uint8ArrayConstructor,
) {
  const words = new TextEncoder().encode(text);
  return new Uint8Array([
    ...[0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, words.length, 0],
    ...words,
    ...new Uint8Array(type.from(numbers).buffer),
  ]);
}

test("numbers and shape of a file of NumPy", () => {
  expect(parseNpy(npy(), "a.npy")).toEqual({ shape: [2, 3], data: Float32Array.from(numbers) });
  expect(parseNpy(npy(header.replace("<f4", "<f8"), Float64Array), "a.npy").data[5]).toBe(6.5);
  const flat = header.replace("<f4", "|u1").replace("(2, 3)", "(6,)  ");
  expect(parseNpy(npy(flat, Uint8Array), "a.npy")).toEqual({ shape: [6], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
});

test.each([
  ["another kind of file", new Uint8Array(64), "wrong-format"],
  ["nothing", new Uint8Array(0), "wrong-format"],
  ["complex numbers", npy(header.replace("<f4", "<c8")), "wrong-format"],
  ["columns first", npy(header.replace("False", "True ")), "wrong-format"],
  ["its end missing", npy().slice(0, -1), "truncated"],
  ["a header beyond its end", npy().slice(0, 40), "wrong-format"],
  ["more than it says", new Uint8Array([...npy(), 0]), "trailing"],
])("%s is refused", (_, bytes, code) => {
  expect(() => parseNpy(bytes, "a.npy")).toThrow(expect.objectContaining({ code, file: "a.npy" }));
});
