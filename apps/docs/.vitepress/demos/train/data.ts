import { type Dataset, type IdxRole, idxDataset } from "@weightcast/datasets";

/** Name of the cache that holds the images, once they were fetched. */
const cacheName = "weightcast-data";

/** A file of the site's copy of MNIST. */
interface DataFile {
  readonly role: IdxRole;
  /** Name that ends with a part of the file's SHA-256, so that a cached file is never an old one. */
  readonly name: string;
  readonly bytes: number;
}

/** `mnist.json`: the files, or why the site was built without them. */
type Manifest = { readonly files: readonly DataFile[] } | { readonly missing: string };

/** Progress of a download, in bytes. */
export type Received = (received: number, total: number) => void;

/**
 * MNIST from this site: fetched once, then from the browser's cache.
 * @param base folder of the files, with a slash at its end
 * @throws Error if the site was built without them, or a file can't be fetched
 */
export async function fetchDigits(base: string, onReceived: Received): Promise<Dataset> {
  const manifest = (await (await fetched(`${base}mnist.json`)).json()) as Manifest;
  if ("missing" in manifest) throw new Error(`this copy of the site was built without MNIST: ${manifest.missing}`);
  const { files } = manifest;
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const received = new Map<string, number>();
  const read = await Promise.all(
    files.map(async ({ role, name }) => {
      const bytes = await cached(`${base}${name}`, (count) => {
        received.set(name, count);
        onReceived(
          [...received.values()].reduce((sum, one) => sum + one, 0),
          total,
        );
      });
      return [role, { where: name, bytes: await unzipped(bytes) }] as const;
    }),
  );
  return idxDataset(Object.fromEntries(read) as Record<IdxRole, { where: string; bytes: Uint8Array }>, {
    name: "mnist",
    classes: 10,
  });
}

async function cached(url: string, onReceived: (count: number) => void): Promise<Blob> {
  const cache = "caches" in globalThis ? await caches.open(cacheName) : undefined;
  const known = await cache?.match(url);
  const response = known ?? (await fetched(url));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let count = 0;
  for (const reader = response.body!.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    count += value.length;
    onReceived(count);
  }
  const blob = new Blob(chunks);
  if (cache && !known) await cache.put(url, new Response(blob)).catch(noRoom);
  return blob;
}

/** Without room in the cache, the images are fetched again next time. */
function noRoom(error: unknown): void {
  console.warn(`demo: the images stay out of the cache: ${error}`);
}

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`${new URL(url, location.href).pathname} can't be fetched: HTTP ${response.status}`);
  return response;
}

/** Contents of a gzip file. Some servers announce its compression, and then the browser has undone it already. */
async function unzipped(blob: Blob): Promise<Uint8Array> {
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const isZipped = first === 0x1f && second === 0x8b;
  const stream = isZipped ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
