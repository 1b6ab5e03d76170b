import { type FileHandle, mkdir, open, realpath, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf, DiskError, ShortWriteError } from "./error";
import { sweep, withTemporary } from "./temporary";
import { writeAll } from "./write-all";

/**
 * Writes a file, whole or not at all: the bytes go to a temporary file in the same folder, are counted, flushed to the disk, and
 * the file is renamed. Until then the file of that name keeps its old bytes, no matter what fails: the disk is full, the process
 * is killed, the machine loses power. A file that is replaced keeps its permissions; a symbolic link stays one. A device or a pipe is
 * written to directly. Temporary files that killed processes left in the folder are removed.
 *
 * @param path of the file; missing parent folders are created
 * @throws DiskError `DISK_FULL` or `NOT_WRITTEN`; the file has its old bytes
 */
export async function writeWhole(path: string, contents: Uint8Array | string): Promise<void> {
  const bytes = typeof contents === "string" ? Buffer.from(contents) : contents;
  let written = 0;
  const count = (total: number) => {
    written = total;
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    const there = await stat(path).catch(ifAbsent);
    if (there?.isDirectory()) throw Object.assign(new Error("EISDIR: it is a folder"), { code: "EISDIR" });
    if (there && !there.isFile()) return await writeDirectly(path, bytes, count);
    const target = there ? await realpath(path) : path;
    const folder = dirname(target);
    await sweep(folder);
    await withTemporary(folder, async (temporary) => {
      await writeSynced(temporary, bytes, there && there.mode & 0o777, count);
      await rename(temporary, target);
    });
    await syncFolder(folder);
  } catch (error) {
    throw new DiskError({ path, expected: bytes.length, written, left: "the file is as it was before" }, error);
  }
}

/** Writes a new file, flushes it to the disk, and checks its size. */
async function writeSynced(path: string, bytes: Uint8Array, mode: number | undefined, count: (n: number) => void) {
  await using(await open(path, "wx"), async (file) => {
    if (mode !== undefined) await file.chmod(mode);
    await writeAll(file, bytes, count);
    await file.sync();
    const { size } = await file.stat();
    if (size !== bytes.length) throw new ShortWriteError(size, bytes.length);
  });
}

const writeDirectly = async (path: string, bytes: Uint8Array, count: (total: number) => void) =>
  using(await open(path, "w"), (file) => writeAll(file, bytes, count));

/** Flushes a folder, so that new names in it survive a power failure. Where the system cannot do that, as on Windows, nothing. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  if (!handle) return;
  await using(handle, (opened) => opened.sync()).catch((error) => {
    if (codeOf(error) === "EIO") throw error;
  });
}

/** Runs work with an open file, and closes it. */
export async function using<T>(file: FileHandle, work: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** Nothing in place of the error that a file is absent. */
function ifAbsent(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}
