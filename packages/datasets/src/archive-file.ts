import { basename, join } from "node:path";
import type { Archive } from "./archive";
import type { DataFile } from "./data-file";
import { extract } from "./extract";

/** What the published archive's file is called. */
export const archiveName = ({ url }: Pick<Archive, "url">): string => basename(new URL(url).pathname);

/**
 * The wanted files of an archive that lies in a folder, in their order, read to memory. Their names and sizes are checked,
 * not the archive's MD5: the same files may have been packed otherwise.
 * @throws DatasetError if it is damaged or another archive
 */
export async function readArchive(dir: string, archive: Archive): Promise<DataFile[]> {
  const path = join(dir, archiveName(archive));
  const contents = new Map<string, Uint8Array>();
  await extract(path, archive, async (file, bytes) => {
    const whole = new Uint8Array(file.bytes);
    let at = 0;
    for await (const chunk of bytes) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    contents.set(file.path, whole);
  });
  return archive.files.map((file) => ({ where: `${path}/${file.path}`, bytes: contents.get(file.path)! }));
}
