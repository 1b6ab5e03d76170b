import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { imagesLike } from "./images-like";

const folder = mkdtempSync(join(tmpdir(), "weightcast-like-"));
beforeAll(() => {
  mkdirSync(join(folder, "photos", "train"), { recursive: true });
  mkdirSync(join(folder, "idx"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const photos = { name: "photos", folder: "photos", samples: 1 };

test("images of a folder are made as the network takes them, unless something else is asked for", () => {
  expect(imagesLike(photos, [32, 48, 3], folder)).toEqual({ ...photos, size: [32, 48], channels: 3 });
  expect(imagesLike(photos, [28, 28], folder)).toEqual({ ...photos, size: [28, 28], channels: 1 });
  expect(imagesLike({ ...photos, size: [8, 8] }, [28, 28, 1], folder)).toEqual({
    ...photos,
    size: [8, 8],
    channels: 1,
  });
});

test("other data stay as they are", () => {
  for (const [data, shape] of [
    [{ name: "mnist", samples: 1 }, [32, 32, 3]],
    [photos, undefined],
    [{ ...photos, folder: "idx" }, [28, 28]],
    [{ ...photos, folder: "none" }, [28, 28]],
  ] as const)
    expect(imagesLike(data, shape, folder)).toBe(data);
});
