import { promisify } from "node:util";
import { constants, crc32, deflateRaw, type ZlibOptions } from "node:zlib";
import { readSafetensors } from "../safetensors/read";

const { Z_SYNC_FLUSH, Z_FINISH } = constants;

/** Strategies of zlib: matches and codes, matches of few bytes, codes alone. Which one is smallest depends on the bytes. */
const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY] as const;

/** Bytes that end a block which is not the last. */
const separator = 5;

const effort = { level: 9, memLevel: 9 } as const;

/** Consecutive bytes of a file that share codes. */
interface Block {
  readonly bytes: Uint8Array;
  readonly strategy: number;
  /** Compressed by itself. */
  readonly size: number;
}

/**
 * gzip of a safetensors file, smaller than that of the platform: the header and the tensors have codes of their own where that is smaller,
 * each by the strategy that suits it. Weights of few levels then take hardly more than their entropy.
 */
export async function smallestGzip(file: Uint8Array): Promise<Uint8Array> {
  const blocks: Block[] = [];
  for (const part of partsOf(file)) {
    const [last, next] = [blocks.at(-1), await blockOf(part)];
    const joined = last && (await blockOf(file.subarray(offset(file, last.bytes), offset(file, part) + part.length)));
    if (joined && joined.size <= last.size + next.size) blocks[blocks.length - 1] = joined;
    else blocks.push(next);
  }
  return written(file, blocks);
}

/** The header of a file, and each of its tensors. */
function partsOf(file: Uint8Array): readonly Uint8Array[] {
  const starts = [...readSafetensors(file).tensors.values()]
    .filter(({ bytes }) => bytes.length > 0)
    .map(({ bytes }) => offset(file, bytes))
    .sort((a, b) => a - b);
  return [0, ...starts].map((start, i) => file.subarray(start, starts[i] ?? file.length));
}

const offset = (file: Uint8Array, part: Uint8Array): number => part.byteOffset - file.byteOffset;

const deflate = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw);

async function blockOf(bytes: Uint8Array): Promise<Block> {
  const sizes = await Promise.all(
    strategies.map(async (strategy) => (await deflate(bytes, { ...effort, strategy })).length + separator),
  );
  const size = Math.min(...sizes);
  return { bytes, strategy: strategies[sizes.indexOf(size)]!, size };
}

/** One gzip file (RFC 1952) of all blocks: each is a part of its stream that ends on a whole byte. */
async function written(file: Uint8Array, blocks: readonly Block[]): Promise<Uint8Array> {
  const deflated = blocks.map(({ bytes, strategy }, i) =>
    deflate(bytes, { ...effort, strategy, finishFlush: i + 1 < blocks.length ? Z_SYNC_FLUSH : Z_FINISH }),
  );
  const head = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, slowest, unknownSystem);
  const tail = new DataView(new ArrayBuffer(8));
  tail.setUint32(0, crc32(file), true);
  tail.setUint32(4, file.length % 2 ** 32, true);
  return Buffer.concat([head, ...(await Promise.all(deflated)), new Uint8Array(tail.buffer)]);
}

/** Fields of a gzip file: compression with the most effort, by a system that is not said. */
const [slowest, unknownSystem] = [2, 255];
