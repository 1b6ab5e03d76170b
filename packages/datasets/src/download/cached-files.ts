import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeWhole } from "@weightcast/disk";
import type { DataFile } from "../dataset";
import { DatasetError, type DatasetErrorCode } from "../error";
import { codeOf } from "../files/file-errors";
import type { Archive } from "./archive";

/** File in a cached folder with the SHA-256 of the other files, as `sha256sum` writes and checks them. */
const SUMS = "SHA256SUMS";

/**
 * Records the checksums of a folder's files as they came out of a verified archive.
 * @param sums SHA-256 by file name, in hexadecimal
 */
export async function writeSums(folder: string, sums: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(sums).map(([name, sum]) => `${sum}  ${name}\n`);
  await writeWhole(join(folder, SUMS), lines.join(""));
}

/**
 * Reads an archive's files from their folder in the cache. Each must have the known size and the SHA-256 that was
 * recorded when it came out of the archive.
 * @throws DatasetError `absent`, `unreadable`, `truncated`, `oversize` or `checksum` if the folder was tampered with
 */
export async function readCached(folder: string, { files }: Pick<Archive, "files">): Promise<DataFile[]> {
  const recorded = await read(folder, SUMS);
  const sums = new Map(
    recorded.bytes
      .toString("utf8")
      .split("\n")
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  const found: DataFile[] = [];
  for (const { path, bytes } of files) {
    const name = basename(path);
    const file = await read(folder, name, bytes);
    const [sum, known] = [createHash("sha256").update(file.bytes).digest("hex"), sums.get(name)];
    if (sum !== known)
      throw damaged(folder, name, "checksum", `have the SHA-256 ${known ?? "recorded"}, as ${SUMS} says`, sum);
    found.push(file);
  }
  return found;
}

/** @param bytes number of bytes it must have @default any */
async function read(folder: string, name: string, bytes?: number): Promise<{ where: string; bytes: Buffer }> {
  const where = join(folder, name);
  const failed = (error: unknown) => {
    const absent = codeOf(error) === "ENOENT";
    throw damaged(
      folder,
      name,
      absent ? "absent" : "unreadable",
      "be readable",
      absent ? "nothing there" : codeOf(error),
    );
  };
  const status = await stat(where).catch(failed);
  const { size } = status;
  if (!status.isFile()) throw damaged(folder, name, "unreadable", "be a file", "a folder");
  if (bytes !== undefined && size !== bytes)
    throw damaged(folder, name, size < bytes ? "truncated" : "oversize", `hold ${bytes} bytes`, `${size}`);
  return { where, bytes: await readFile(where).catch(failed) };
}

const damaged = (folder: string, name: string, code: DatasetErrorCode, rule: string, found: string) =>
  new DatasetError(code, {
    file: join(folder, name),
    rule,
    found,
    // Nothing is fetched as long as the folder exists.
    advice: `delete the folder ${folder}: its data will be fetched again`,
  });
