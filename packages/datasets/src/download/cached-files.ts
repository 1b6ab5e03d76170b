import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { writeWhole } from "@weightcast/disk";
import type { DataFile } from "../dataset";
import { DatasetError, type DatasetErrorCode } from "../error";
import { withOpenFile } from "../files/data-file";
import type { Archive, ArchiveFile } from "./archive";

/** File in a cached folder with the SHA-256 of the other files, as `sha256sum` writes and checks them. */
const SUMS = "SHA256SUMS";

/** Checksum of a published file, which the catalog knows. */
export interface Pin {
  readonly algorithm: "sha256" | "md5";
  readonly sum: string;
}

/** Checksum of a published file, if it is known. */
export function pinOf({ sha256, md5 }: ArchiveFile): Pin | undefined {
  if (sha256 !== undefined) return { algorithm: "sha256", sum: sha256 };
  return md5 === undefined ? undefined : { algorithm: "md5", sum: md5 };
}

/** Whether options of a download are for the published archive, not for another one of the same files. */
export const isPublished = (archive: Pick<Archive, "md5">, { md5 = archive.md5 }: { readonly md5?: string } = {}) =>
  md5 === archive.md5;

/**
 * Records the checksums of a folder's files as they came out of a verified archive.
 * @param sums SHA-256 by file name, in hexadecimal
 */
export async function writeSums(folder: string, sums: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(sums).map(([name, sum]) => `${sum}  ${name}\n`);
  await writeWhole(join(folder, SUMS), lines.join(""));
}

/**
 * Reads an archive's files from their folder in the cache. Each must have the known size and the checksum of the published file.
 * If that is not known, the SHA-256 that was recorded when the file came out of the archive: it shows damage, but not a change by
 * someone who also changed the record. Links are not followed.
 * @param published whether the folder is that of the published archive
 * @throws DatasetError `absent`, `unreadable`, `truncated`, `oversize` or `checksum` if the folder was tampered with
 */
export async function readCached(
  folder: string,
  { files }: Pick<Archive, "files">,
  published = true,
): Promise<DataFile[]> {
  const pins = files.map((file) => (published ? pinOf(file) : undefined));
  const recorded = pins.every((pin) => pin !== undefined) ? new Map<string, string>() : await recordedSums(folder);
  const found: DataFile[] = [];
  for (const [i, { path, bytes }] of files.entries()) {
    const name = basename(path);
    const file = await read(folder, name, bytes);
    const { algorithm, sum: known } = pins[i] ?? { algorithm: "sha256" as const, sum: recorded.get(name) };
    const sum = createHash(algorithm).update(file.bytes).digest("hex");
    if (sum !== known) {
      const says = pins[i] ? "as the published file has" : `as ${SUMS} says`;
      throw damaged(folder, name, "checksum", `have the ${labels[algorithm]} ${known ?? "recorded"}, ${says}`, sum);
    }
    found.push(file);
  }
  return found;
}

/** Names of checksums for readers. */
export const labels = { sha256: "SHA-256", md5: "MD5" } as const;

/** SHA-256 by name, as recorded. */
async function recordedSums(folder: string): Promise<ReadonlyMap<string, string>> {
  const { bytes } = await read(folder, SUMS);
  const lines = bytes.toString("utf8").split("\n");
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** @param bytes number of bytes it must have @default any, up to 1 MiB */
async function read(folder: string, name: string, bytes?: number): Promise<{ where: string; bytes: Buffer }> {
  const where = join(folder, name);
  try {
    return await withOpenFile(
      where,
      async (handle, size) => {
        if (bytes !== undefined && size !== bytes)
          throw damaged(folder, name, size < bytes ? "truncated" : "oversize", `hold ${bytes} bytes`, `${size}`);
        if (size > (bytes ?? 2 ** 20)) throw damaged(folder, name, "oversize", "hold 1 MiB at most", `${size} bytes`);
        return { where, bytes: await handle.readFile() };
      },
      "refuse",
    );
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new DatasetError(error.code, { ...error.finding, advice: remedy(folder) }, error.cause);
  }
}

/** Nothing is fetched as long as the folder exists. */
const remedy = (folder: string): string => `delete the folder ${folder}: its data will be fetched again`;

const damaged = (folder: string, name: string, code: DatasetErrorCode, rule: string, found: string) =>
  new DatasetError(code, { file: join(folder, name), rule, found, advice: remedy(folder) });
