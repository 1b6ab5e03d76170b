import { DatasetError, type DatasetErrorCode } from "../error";

/** Samples per second of the corpus. */
export const sampleRate = 16_000;

/** Where the samples of a file are, and what they are. */
interface Layout {
  /** First byte of the samples. */
  readonly start: number;
  /** Number of samples. */
  readonly count: number;
  readonly littleEndian: boolean;
}

/**
 * Samples in a sound file with one channel of 16-bit integers, 16,000 a second: in NIST's SPHERE format, as the LDC publishes
 * TIMIT, or in RIFF (WAVE), to which it is often converted. The bytes decide, not the file's name.
 * @param where name of the bytes in errors: usually the file's path
 * @returns samples in [−32768, 32767]
 * @throws DatasetError `wrong-format` for other files, also compressed ones, and `truncated` if samples are missing
 */
export function parseWaveform(bytes: Uint8Array, where: string): Int16Array {
  const kind = textAt(bytes, 0, 4);
  if (kind !== "NIST" && kind !== "RIFF") {
    const found = bytes.length === 0 ? "an empty file" : "another kind of file";
    throw fault("wrong-format", where, "be a sound file of NIST (SPHERE) or RIFF (WAVE)", found);
  }
  const { start, count, littleEndian } = kind === "NIST" ? sphere(bytes, where) : riff(bytes, where);
  const there = Math.floor((bytes.length - start) / 2);
  if (there < count)
    throw fault("truncated", where, `hold ${count} samples, as its header says`, `${Math.max(0, there)}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: count }, (_, i) => view.getInt16(start + 2 * i, littleEndian));
}

/** Bytes as text, one character each. */
const textAt = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** Most bytes of a SPHERE header that are read: TIMIT's have 1024. */
const longestHeader = 1 << 14;

/**
 * Layout of a SPHERE file (NIST Speech Header Resources): "NIST_1A", the bytes of the header, then lines "name -type value" up to
 * "end_head".
 */
function sphere(bytes: Uint8Array, where: string): Layout {
  const start = Number(textAt(bytes, 8, 16));
  const isLength = Number.isInteger(start) && start > 16 && start <= longestHeader;
  const lines = isLength ? textAt(bytes, 16, start).split("\n") : [];
  if (textAt(bytes, 0, 8) !== "NIST_1A\n" || !lines.some((line) => line.trim() === "end_head"))
    throw fault("wrong-format", where, 'have a whole SPHERE header, "NIST_1A" to "end_head"', "another header");
  const fields = new Map(
    lines.flatMap((line) => [...line.matchAll(/^(\w+) -\w+ (.*?)\s*$/g)].map(([, k, v]) => [k!, v!])),
  );
  const coding = fields.get("sample_coding") ?? "pcm";
  if (coding !== "pcm")
    throw new DatasetError("wrong-format", {
      ...{ file: where, rule: "hold plain PCM samples", found: `samples coded as ${JSON.stringify(coding)}` },
      advice: "decompress it by NIST's `w_decode -o pcm` or the LDC's `sph2pipe -p`",
    });
  const order = fields.get("sample_byte_format") ?? "";
  if (order !== "01" && order !== "10")
    throw fault("wrong-format", where, 'have sample_byte_format "01" or "10"', JSON.stringify(order));
  const number = (name: string) => Number(fields.get(name) ?? Number.NaN);
  const form = { channels: number("channel_count"), rate: number("sample_rate"), bits: 8 * number("sample_n_bytes") };
  const count = number("sample_count");
  checkForm(form, where);
  if (!Number.isSafeInteger(count) || count < 0)
    throw fault(
      "wrong-format",
      where,
      "have its number of samples in sample_count",
      String(fields.get("sample_count")),
    );
  return { start, count, littleEndian: order === "01" };
}

/** Formats of samples in RIFF files: plain, and in a header that may have more fields. */
const [pcm, extensible] = [1, 0xfffe];

/** Layout of a RIFF file: "RIFF", its size, "WAVE", then chunks of four letters, a size and data; "fmt " says what "data" holds. */
function riff(bytes: Uint8Array, where: string): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let known = false;
  for (let at = 12; textAt(bytes, 8, 12) === "WAVE" && at + 8 <= bytes.length; ) {
    const [name, size] = [textAt(bytes, at, at + 4), view.getUint32(at + 4, true)];
    const start = at + 8;
    if (name === "data" && known) return { start, count: Math.floor(size / 2), littleEndian: true };
    if (name === "fmt " && start + 16 <= bytes.length) {
      const format = view.getUint16(start, true);
      if (format !== pcm && format !== extensible)
        throw fault("wrong-format", where, "hold plain PCM samples", `samples of format ${format}`);
      const [channels, rate] = [view.getUint16(start + 2, true), view.getUint32(start + 4, true)];
      checkForm({ channels, rate, bits: view.getUint16(start + 14, true) }, where);
      known = true;
    }
    at = start + size + (size % 2);
  }
  throw fault("wrong-format", where, 'be a RIFF file of kind WAVE with chunks "fmt " and "data"', "none of these");
}

/** @throws DatasetError unless there is one channel of 16-bit samples, 16,000 a second */
function checkForm(
  { channels, rate, bits }: { readonly channels: number; readonly rate: number; readonly bits: number },
  where: string,
): void {
  if (channels === 1 && rate === sampleRate && bits === 16) return;
  const found = `${channels} of ${bits} bits, ${rate} a second`;
  throw fault("wrong-format", where, `hold 1 channel of 16-bit samples, ${sampleRate} a second`, found);
}

const fault = (code: DatasetErrorCode, file: string, rule: string, found: string) =>
  new DatasetError(code, { file, rule, found, advice: "copy it from the corpus again" });
