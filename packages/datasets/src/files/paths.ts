import { readdir, stat } from "node:fs/promises";
import { DatasetError } from "../error";
import { codeOf, inWords } from "./file-errors";

/**
 * Names in a folder.
 * @param kind what the folder must contain, completing "be a folder of …"
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

/** Whether there is a file or folder at a path. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Bytes of a file; 0 if there is none. */
export const fileSize = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
