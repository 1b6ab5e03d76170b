import { expect, test } from "vitest";
import { caught } from "../testing/examples";
import { labelOf, noLabel, TIMIT_CLASSES } from "./phones";
import { frameLabels, parseSegments } from "./segments";

test("TIMIT's 61 phones are 39 classes and q", () => {
  const phones =
    "iy ih eh ey ae aa aw ay ah ao oy ow uh uw ux er ax ix axr ax-h jh ch s sh z zh f th v dh m n ng em en eng nx l r w y hh hv el " +
    "b d g p t k dx q bcl dcl gcl pcl tcl kcl h# pau epi";
  const labels = phones.split(" ").map(labelOf);
  expect(labels).toHaveLength(61);
  expect(new Set(labels)).toEqual(new Set([...TIMIT_CLASSES.keys(), noLabel]));
  const classOf = (phone: string) => TIMIT_CLASSES[labelOf(phone)!];
  expect(["zh", "ax-h", "pcl", "nx", "AO"].map(classOf)).toEqual(["sh", "ah", "sil", "n", "aa"]);
  expect(labelOf("iyy")).toBeUndefined();
});

test("a frame has the phone in its middle, from its first sample up to the one before its last", () => {
  const segments = parseSegments("0 200 h#\n200 360 iy\r\n361 500 q\n\n600 900 zh\n", "a.phn");
  const labels = frameLabels(segments, 6, (frame) => 40 + 160 * frame); // 40, 200, 360, 520, 680, 840
  expect([...labels]).toEqual([labelOf("h#"), labelOf("iy"), noLabel, noLabel, labelOf("sh"), labelOf("sh")]);
});

test.each([
  ["wrong-format", "0 10 h#\n10 20\n", 'got "10 20" in line 2;'],
  ["wrong-format", "20 10 h#\n", "with the first and last sample of a phone"],
  ["label-out-of-range", "0 10 xx\n", 'a.phn: must name phones of TIMIT, such as h# and iy; got "0 10 xx" in line 1;'],
  ["empty", "\n", "must have a line for each phone; got none"],
])("%s", (code, text, message) => {
  const error = caught(() => parseSegments(text, "a.phn"));
  expect(error).toMatchObject({ code, file: "a.phn" });
  expect(error.message).toContain(message);
});
