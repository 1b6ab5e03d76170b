import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stream } from "@weightcast/random";
import { coreSpeakers } from "../speech/timit-files";

/** Phones of a sentence, one after the other, and how many samples each has. */
export type Sentence = readonly (readonly [phone: string, samples: number])[];

/** Options of {@link sphere}. */
export interface SphereOptions {
  readonly order?: "01" | "10";
  /** Lines of the header that replace those of the same name, or are added. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** SPHERE file of samples, with a header as those of TIMIT. */
export function sphere(samples: ArrayLike<number>, { order = "01", fields = {} }: SphereOptions = {}): Uint8Array {
  const lines = {
    ...{ channel_count: "-i 1", sample_count: `-i ${samples.length}`, sample_rate: "-i 16000", sample_n_bytes: "-i 2" },
    ...{ sample_byte_format: `-s2 ${order}`, sample_sig_bits: "-i 16", ...fields },
  };
  const header = Object.entries(lines).map(([name, value]) => `${name} ${value}\n`);
  const bytes = Buffer.alloc(1024 + 2 * samples.length);
  bytes.write(`NIST_1A\n   1024\n${header.join("")}end_head\n`.padEnd(1024, " "), "latin1");
  for (let i = 0; i < samples.length; i++)
    order === "01" ? bytes.writeInt16LE(samples[i]!, 1024 + 2 * i) : bytes.writeInt16BE(samples[i]!, 1024 + 2 * i);
  return bytes;
}

/** RIFF file of samples, with a chunk of an odd length before them. */
export function riff(samples: ArrayLike<number>, { format = 1, rate = 16_000 } = {}): Uint8Array {
  const chunk = (name: string, data: Uint8Array) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(data.length);
    return Buffer.concat([Buffer.from(name), size, data, Buffer.alloc(data.length % 2)]);
  };
  const fmt = Buffer.alloc(16);
  fmt.writeUInt16LE(format, 0);
  fmt.writeUInt16LE(1, 2);
  fmt.writeUInt32LE(rate, 4);
  fmt.writeUInt32LE(2 * rate, 8);
  fmt.writeUInt16LE(2, 12);
  fmt.writeUInt16LE(16, 14);
  const data = Buffer.from(Int16Array.from(samples).buffer);
  const body = [Buffer.from("WAVE"), chunk("fmt ", fmt), chunk("LIST", Buffer.from("odd")), chunk("data", data)];
  return chunk("RIFF", Buffer.concat(body));
}

/** Text of a .PHN file. */
export function phnText(sentence: Sentence): string {
  const startOf = (i: number) => sentence.slice(0, i).reduce((sum, [, samples]) => sum + samples, 0);
  return sentence.map(([phone], i) => `${startOf(i)} ${startOf(i + 1)} ${phone}\n`).join("");
}

/** Samples of a sentence: of each phone a sine whose frequency follows from its letters. */
export function spoken(sentence: Sentence): Int16Array {
  return Int16Array.from(
    sentence.flatMap(([phone, samples]) => {
      const hertz = 200 + ((37 * phone.charCodeAt(0) + 101 * (phone.charCodeAt(1) || 0)) % 60) * 100;
      return Array.from({ length: samples }, (_, n) => Math.round(8000 * Math.sin((2 * Math.PI * hertz * n) / 16_000)));
    }),
  );
}

/** Writes files below a folder. */
export async function writeFiles(dir: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), bytes);
  }
}

/** Files of a sentence. @param path without ending: "TRAIN/DR1/FCJF0/SX37" */
export const sentenceFiles = (path: string, sentence: Sentence): Record<string, Uint8Array | string> => ({
  [`${path}.WAV`]: sphere(spoken(sentence)),
  [`${path}.PHN`]: phnText(sentence),
});

/**
 * Files of a small corpus in the layout of TIMIT: the whole core test set and some training speakers, who say the phones in an order of
 * their own.
 * @param speakers number of training speakers, at most 26
 */
export function timitCorpus(phones: readonly string[], speakers: number): Record<string, Uint8Array | string> {
  const { permutation } = stream(4, "corpus");
  const sentence = (): Sentence => Array.from(permutation(phones.length), (place) => [phones[place]!, 1600] as const);
  const training = Array.from(
    { length: speakers },
    (_, i) => `TRAIN/DR${1 + (i % 8)}/FA${String.fromCharCode(65 + i)}A0`,
  );
  const core = coreSpeakers.map((name, i) => `TEST/DR${1 + Math.floor(i / 3)}/${name.toUpperCase()}`);
  return Object.assign({}, ...[...training, ...core].map((path) => sentenceFiles(`${path}/SX7`, sentence())));
}
