import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { trainedNetwork } from "../../testing/trained";

const { found, run, interrupted } = trainedNetwork();

test("a table of the most probable classes; how it was computed stands on stderr", async () => {
  const { code, out, err } = await run(["predict", "digits.safetensors", "ten-idx3"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^image +class +% +2\. +% +3\. +%\n/);
  expect(out.match(/^ten-idx3\[\d\] +\d +\d+\.\d/gm)).toHaveLength(10);
  expect(err).toMatch(/^Computed by onnxruntime-node .*, compiled\.\n$/);
});

test("--csv and --json have the same classes; probabilities of all classes sum to 1", async () => {
  const csv = await run(["predict", "digits.safetensors", "ten-idx3", "--csv", "--top", "1"]);
  const json = await run(["predict", "digits.safetensors", "ten-idx3", "--json", "--top", "99"]);
  const lines = csv.out.trimEnd().split("\n");
  expect(lines[0]).toBe("image,class,probability");
  const { images, errors, model, shape } = JSON.parse(json.out);
  expect([errors, model, shape, images.length]).toEqual([[], "digits.safetensors", [28, 28], 10]);
  for (const [i, { image, classes }] of images.entries()) {
    expect(classes).toHaveLength(10);
    expect(classes.reduce((sum: number, one: { probability: number }) => sum + one.probability, 0)).toBeCloseTo(1, 6);
    expect(lines[i + 1]!.startsWith(`${image},${classes[0].class},`)).toBe(true);
  }
  const wide = await run(["predict", "digits.safetensors", "ten-idx3", "--csv", "--top", "2"]);
  expect(wide.out.split("\n")[0]).toBe("image,class_1,probability_1,class_2,probability_2");
});

test("an image that can't be read is named, the others are done, and the exit code is 1", async () => {
  mkdirSync(join(found.folder, "some"), { recursive: true });
  writeFileSync(join(found.folder, "some/broken.bmp"), "BM\0\0\0\0\0\0\0\0\0\0");
  writeFileSync(join(found.folder, "some/notes.txt"), "no image");
  const { code, out, err } = await run(["predict", "digits.safetensors", "some", "absent.png", "ten-idx3", "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(out).errors).toEqual([
    { image: "some/broken.bmp", message: expect.stringMatching(/^some\/broken\.bmp: must be a PNG, .* got BMP/) },
    { image: "absent.png", message: "absent.png: there is no such file" },
  ]);
  expect(JSON.parse(out).images).toHaveLength(10);
  expect(err).toContain("error: absent.png: there is no such file\n");
  expect(err).toContain("Not used: 1 file that holds no images.\n");
  expect(err).toMatch(/error: 2 images of 12 could not be read\n$/);
});

test.each([
  [["none.safetensors", "ten-idx3"], 2, /none\.safetensors: there is no such file; give the path of a saved model/],
  [["ten-idx3", "ten-idx3"], 1, /ten-idx3: .* damaged, or no safetensors file/],
  [["digits.safetensors", "empty"], 2, /there are no images in empty; name images, IDX files, or folders of them/],
  [["digits.safetensors", "ten-idx3", "--csv", "--json"], 2, /--csv and --json are two forms of the same/],
  [["digits.safetensors", "ten-idx3", "--top", "0"], 2, /It must be an integer of at least 1/],
  [["digits.safetensors", "ten-idx3", "--size", "20"], 2, /takes 784 numbers; images of 20 × 20 have 400/],
  [["digits.safetensors"], 2, /missing required argument 'image'/],
])("%j ends with %i", async (args, expected, message) => {
  mkdirSync(join(found.folder, "empty"), { recursive: true });
  const { code, out, err } = await run(["predict", ...args]);
  expect([code, out]).toEqual([expected, ""]);
  expect(err).toMatch(message);
});

test("Ctrl-C ends it with exit code 130 and no output", async () => {
  const { code, out, err } = await interrupted(["predict", "digits.safetensors", "ten-idx3"]);
  expect([code, out]).toEqual([130, ""]);
  expect(err).toMatch(/^Stopping\.\nerror: interrupted; nothing was written\n$/);
});
