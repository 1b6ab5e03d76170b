import { FileError } from "../error";

/** Codec of bytes, such as gzip. */
export type Codec = (bytes: Uint8Array) => Promise<Uint8Array>;

/** gzip of the platform, in browsers and in Node, at its default effort. */
export const gzip: Codec = (bytes) => wholeOf(piped(bytes, new CompressionStream("gzip")), Number.POSITIVE_INFINITY);

/**
 * Whether bytes are gzip (RFC 1952). A safetensors file could begin with the same four bytes, the length of its header, but then its
 * header follows with "{".
 */
export const isGzip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && bytes[8] !== 0x7b;

/**
 * Bytes that gzip holds.
 * @param limit most bytes, for which memory is taken
 * @throws FileError `FILE_DAMAGED` if gzip's checksum or structure is wrong; `FILE_TOO_LARGE` above the limit
 */
export async function gunzip(bytes: Uint8Array, limit: number, file: string): Promise<Uint8Array> {
  try {
    return await wholeOf(piped(bytes, new DecompressionStream("gzip")), limit);
  } catch (error) {
    if (error === tooLong)
      throw new FileError(
        "FILE_TOO_LARGE",
        `${file}: what it holds must have at most ${limit} bytes; pass a higher limit if you trust the file`,
      );
    throw new FileError("FILE_DAMAGED", `${file}: its compression (gzip) is damaged; fetch or save it again`, error);
  }
}

const tooLong = new RangeError("too long");

const piped = (bytes: Uint8Array, stream: CompressionStream | DecompressionStream) =>
  new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough<Uint8Array>(stream);

async function wholeOf(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel().catch(() => {});
      throw tooLong;
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
