import { DatasetError } from "../error";

/** Name that the system gives an error, such as ENOENT. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);

/** Error of a path that must be a folder, in words. */
export const inWords = (code: string): string => (code === "ENOTDIR" || code === "EEXIST" ? "a file" : code);

/** Error of a file that cannot be opened or read. */
export function unreadable(file: string, error: unknown): DatasetError {
  const code = codeOf(error);
  if (code === "ENOENT")
    return new DatasetError("absent", { file, rule: "exist", found: "nothing there", advice: "fetch it" }, error);
  const advice = "see its owner, permissions and disk";
  return new DatasetError("unreadable", { file, rule: "be readable", found: code, advice }, error);
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
