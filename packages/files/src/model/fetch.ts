import { FileError } from "../error";
import { decodeModel, type LoadedModel, type ReadOptions } from "./decode";

/**
 * Model of a file at a URL, in browsers and in Node: {@link decodeModel} of what `fetch` brings.
 *
 * @throws FileError `FILE_ABSENT` or `FILE_UNREADABLE` if the server does not send it; otherwise as `decodeModel`
 */
export async function fetchModel(url: string | URL, options: ReadOptions = {}): Promise<LoadedModel> {
  const file = String(url);
  const response = await fetch(url).catch((error: unknown) => {
    throw new FileError("FILE_UNREADABLE", `${file}: it can't be fetched: ${(error as Error).message}`, error);
  });
  if (!response.ok)
    throw new FileError(
      response.status === 404 ? "FILE_ABSENT" : "FILE_UNREADABLE",
      `${file}: the server answers ${response.status} ${response.statusText}; is it the file's address?`,
    );
  return decodeModel(new Uint8Array(await response.arrayBuffer()), { file, ...options });
}
