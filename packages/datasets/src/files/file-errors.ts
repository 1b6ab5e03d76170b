import { DatasetError } from "../error";

/** Name that the system gives an error, such as ENOENT. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);

/** Causes of failed file operations, by the system's name for them, completing "got …". */
const CAUSES: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "a read-only file system",
  ELOOP: "symbolic links that lead in a circle",
  ENOTDIR: "a file",
  EEXIST: "a file",
  EISDIR: "a folder",
  ENXIO: "a socket or device",
  ENAMETOOLONG: "a path that is too long",
  ENOSPC: "a full disk",
  EDQUOT: "a full disk quota",
  EIO: "an input/output error of the disk",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ESTALE: "a network folder that is gone",
};

/** Cause of a failed file operation in words, completing "got …"; the system's name for it if it is a rare one. */
export const inWords = (code: string): string => CAUSES[code] ?? code;

/** Error of a file that cannot be opened or read. */
export function unreadable(file: string, error: unknown): DatasetError {
  const code = codeOf(error);
  if (code === "ENOENT")
    return new DatasetError("absent", { file, rule: "exist", found: "nothing there", advice: "fetch it" }, error);
  const advice = readingAdvice(code, "see its owner, permissions and disk");
  return new DatasetError("unreadable", { file, rule: "be readable", found: inWords(code), advice }, error);
}

/** Remedy for a file or folder that can't be read. @param otherwise remedy for any other cause than permissions and links */
export function readingAdvice(code: string, otherwise: string): string {
  if (code === "EACCES" || code === "EPERM") return "allow your user to read it, and to enter the folders above it";
  return code === "ELOOP" ? "remove the link, or put the data themselves there" : otherwise;
}

/** Whether an error comes from decompression. */
export const isZlib = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && "code" in error && /^Z_/.test(String(error.code));

/**
 * Error of a file that does not decompress.
 * @param size of the file, in bytes
 */
export function brokenGzip(file: string, size: number, error: Error & { code: string }): DatasetError {
  const finding = { file, rule: "be a whole gzip file", advice: "fetch it again" };
  return error.code === "Z_BUF_ERROR"
    ? new DatasetError("truncated", { ...finding, found: `one that ends after ${size} bytes` }, error)
    : new DatasetError("corrupt", { ...finding, found: `"${error.message}"` }, error);
}
