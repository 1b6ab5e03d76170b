import { readdir } from "node:fs/promises";
import { DatasetError } from "./error";

/** The system's name of what is wrong, such as ENOENT. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);

/** What a system's name says of a path that must be a folder. */
export const inWords = (code: string): string => (code === "ENOTDIR" || code === "EEXIST" ? "a file" : code);

/** The error of a file that cannot be opened or read. */
export function unreadable(file: string, error: unknown): DatasetError {
  const code = codeOf(error);
  if (code === "ENOENT")
    return new DatasetError("absent", { file, rule: "exist", found: "nothing there", advice: "fetch it" }, error);
  const advice = "see its owner, permissions and disk";
  return new DatasetError("unreadable", { file, rule: "be readable", found: code, advice }, error);
}

export const isZlib = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && "code" in error && /^Z_/.test(String(error.code));

/**
 * The error of a file that does not decompress.
 * @param size how many bytes the file has
 */
export function brokenGzip(file: string, size: number, error: Error & { code: string }): DatasetError {
  const finding = { file, rule: "be a whole gzip file", advice: "fetch it again" };
  return error.code === "Z_BUF_ERROR"
    ? new DatasetError("truncated", { ...finding, found: `one that ends after ${size} bytes` }, error)
    : new DatasetError("corrupt", { ...finding, found: `"${error.message}"` }, error);
}

/**
 * The names in a folder.
 * @param kind what the folder must be, completing "be a folder of …"
 * @throws DatasetError `absent` or `unreadable`
 */
export async function list(dir: string, kind: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    const code = codeOf(error);
    const finding = { file: dir, rule: `be a folder of ${kind}`, advice: "put the data set's files there" };
    throw code === "ENOENT"
      ? new DatasetError("absent", { ...finding, found: "nothing there" }, error)
      : new DatasetError("unreadable", { ...finding, found: inWords(code) }, error);
  }
}
