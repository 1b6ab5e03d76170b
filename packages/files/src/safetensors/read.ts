import { jsonIn } from "@weightcast/types";
import { FileError } from "../error";
import { entryBytes, type FileContent, type FileTensor, isDtype } from "./dtypes";

/** Largest header, in bytes: the format's own limit. */
export const headerLimit = 100_000_000;

/**
 * Content of a safetensors file, checked as the format promises: the header fits the file and its limit; every tensor has as many
 * bytes as its type and shape say; the tensors fill the file without overlap or gap. The tensors' bytes are views of the file's.
 *
 * @param given bytes of the file
 * @param file name for the messages
 * @throws FileError `FILE_DAMAGED` if the file breaks one of these rules
 */
export function readSafetensors(given: Uint8Array, file = "safetensors"): FileContent {
  // A Buffer's `slice` would not copy.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const damaged = (what: string): never => {
    throw new FileError("FILE_DAMAGED", `${file}: ${what}; it is damaged, or no safetensors file`);
  };
  if (bytes.length < 8) damaged(`must have at least 8 bytes; got ${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > headerLimit) damaged(`its header must have at most ${headerLimit} bytes; got ${length}`);
  const start = 8 + Number(length);
  if (start > bytes.length) damaged(`its header must end within its ${bytes.length} bytes; got ${start}`);
  const header =
    headerIn(bytes.subarray(8, start)) ?? damaged("its header must be a JSON object with one entry of each name");
  const { __metadata__: texts = {}, ...rest } = header as { __metadata__?: unknown };
  const data = bytes.subarray(start);
  const tensors = new Map(
    Object.entries(rest).map(([name, entry]) => {
      const found = tensorIn(entry, data);
      return typeof found === "string" ? damaged(`tensor ${shown(name)} ${found}`) : [name, found];
    }),
  );
  const metadata = metadataIn(texts) ?? damaged("its __metadata__ must be texts by name");
  if (!filled([...tensors.values()], data)) damaged("its tensors must fill it without overlap or gap");
  return { metadata, tensors };
}

function headerIn(bytes: Uint8Array): object | undefined {
  try {
    const header = jsonIn(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return isObject(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

function metadataIn(texts: unknown): ReadonlyMap<string, string> | undefined {
  if (!isObject(texts)) return undefined;
  const entries = Object.entries(texts);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === "string")
    ? new Map(entries)
    : undefined;
}

/** Tensor of an entry of the header, or what is wrong with it. */
function tensorIn(entry: unknown, data: Uint8Array): FileTensor | string {
  if (!isObject(entry)) return "must be { dtype, shape, data_offsets }";
  const { dtype, shape, data_offsets: offsets } = entry as Partial<Record<string, unknown>>;
  if (!isDtype(dtype)) return `must have a dtype of ${Object.keys(entryBytes).join(", ")}; got ${shown(dtype)}`;
  if (!isCounts(shape)) return `must have a shape of whole numbers; got ${shown(shape)}`;
  if (!isCounts(offsets) || offsets.length !== 2) return `must have two data_offsets; got ${shown(offsets)}`;
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > data.length) return `must lie within ${data.length} bytes; got ${begin} to ${end}`;
  // Exact as long as it is below 2⁵³; a larger product is no number of bytes that a file has.
  const size = shape.reduce((product, count) => product * count, entryBytes[dtype]);
  if (size !== end - begin) return `must have ${size} bytes, for ${dtype} [${shape}]; got ${end - begin}`;
  return { dtype, shape, bytes: data.subarray(begin, end) };
}

/** Whether tensors cover the data once. */
function filled(tensors: readonly FileTensor[], data: Uint8Array): boolean {
  const places = tensors
    .filter(({ bytes }) => bytes.length > 0)
    .map(({ bytes }) => bytes)
    .sort((a, b) => a.byteOffset - b.byteOffset);
  let end = data.byteOffset;
  for (const { byteOffset, length } of places) {
    if (byteOffset !== end) return false;
    end += length;
  }
  return end === data.byteOffset + data.length;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);

/** A value for a message, not longer than a line. */
export const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 60);
