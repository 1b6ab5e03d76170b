import { access, constants, mkdtemp, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { usageError } from "../errors";

/** Reasons why nothing can be written, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "is read-only for this user",
  EPERM: "is read-only for this user",
  EROFS: "is on a read-only file system",
  ENOTDIR: "is not a folder",
  ENOSPC: "is on a full disk",
};

/**
 * Checks, before any work, that a folder can be written to, or created.
 * @param flag the option that names it, for the message
 * @throws a usage error naming the folder that prevents it, and why
 */
export async function checkFolder(flag: string, path: string, from: string): Promise<void> {
  const folder = await nearest(resolve(from, path));
  try {
    await rmdir(await mkdtemp(join(folder, ".weightcast-")));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw usageError(
      `${flag} ${path}: can't be written, as ${folder} ${reasons[code] ?? `takes no files (${code})`}; choose another folder`,
    );
  }
}

/** The same for a file, which may exist. A device or a pipe is taken as it is. */
export async function checkFile(flag: string, path: string, from: string): Promise<void> {
  const file = resolve(from, path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory())
    throw usageError(`${flag} ${path}: is a folder; name a file, such as ${join(path, "report.html")}`);
  if (found && !found.isFile()) return;
  if (/[\\/]$/.test(path)) throw usageError(`${flag} ${path}: names a folder; name a file in it`);
  if (found) {
    const isWritable = await access(file, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!isWritable) throw usageError(`${flag} ${path}: can't be written, as it is read-only; choose another file`);
  }
  await checkFolder(flag, dirname(path) === "." ? "." : dirname(path), from);
}

/** Nearest ancestor that exists, or the path itself. */
async function nearest(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found || dirname(path) === path ? path : nearest(dirname(path));
}
