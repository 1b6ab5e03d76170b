import { stream } from "@weightcast/random";
import { type ExampleBatch, type ExampleSource, sizeOf, type Values } from "@weightcast/types";
import { checkOptionNames, shown } from "../arguments/shown";
import { type Column, partOf } from "./column";
import { preparedColumn } from "./prepared-column";

/** Options of {@link ArraySource.split}. */
export interface SplitOptions {
  /** Seed of the choice. @default that of the source */
  readonly seed?: number;
}

/** Source of examples in memory. */
export interface ArraySource extends ExampleSource {
  batches(epoch: number, from?: number): Iterable<ExampleBatch>;
  /**
   * Two sources: one without some of the examples, and one of these, for evaluation, in the order of the arrays. They are chosen
   * at random, from the seed, and share the memory of this source.
   * @param held share of the examples to hold out, in (0, 1), or their number, an integer ≥ 1
   * @throws RangeError unless both sources get examples
   */
  split(held: number, options?: SplitOptions): readonly [training: ArraySource, held: ArraySource];
}

/** Examples, part by part. */
export interface Columns {
  readonly inputs: readonly Column[];
  readonly targets: readonly Column[];
  readonly weights?: Column;
}

/** Order of the examples of a source: see `arrays`. */
interface Order {
  readonly batchSize?: number;
  readonly seed?: number;
  readonly shuffle?: boolean;
  /** Numbers of the examples that the source has. @default all */
  readonly rows?: Uint32Array;
}

/** Source of columns of examples. @param who takes them, for messages */
export function sourceOf(who: string, columns: Columns, order: Order): ArraySource {
  const { inputs, targets, weights } = columns;
  const { batchSize = 32, seed = 0, shuffle = true, rows } = order;
  const all = [...inputs, ...targets, ...(weights ? [weights] : [])];
  checkCounts(who, columns);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`${who}: batchSize must be an integer of at least 1; got ${shown(batchSize)}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`${who}: seed must be a safe integer; got ${shown(seed)}`);
  const count = rows?.length ?? all[0]!.count;
  const [onlyInput, ...others] = inputs as [Column, ...Column[]];
  return {
    count,
    batchSize,
    batchesPerEpoch: Math.ceil(count / batchSize),
    inputs: inputs.map(partOf),
    targets: targets.map(partOf),
    weighted: weights !== undefined,
    *batches(epoch, from = 0) {
      const chosen = orderOf(count, shuffle ? stream(seed, `shuffle/${epoch}`).permutation(count) : undefined, rows);
      const fill = all.map((column) => filler(column, chosen, Math.min(batchSize, count)));
      for (let start = from * batchSize; start < count; start += batchSize) {
        const end = Math.min(count, start + batchSize);
        const values = fill.map((one) => one(start, end));
        yield {
          inputs: values.slice(0, inputs.length),
          targets: values.slice(inputs.length, inputs.length + targets.length),
          ...(weights && { weights: values.at(-1) as Float32Array }),
          count: end - start,
        };
      }
    },
    ...(others.length === 0 &&
      onlyInput.dtype === "float32" && {
        async prepared(shape, prepare) {
          const only = (column: Column) => taken(column, rows);
          const prepared = await preparedColumn(only(onlyInput), shape, prepare);
          const next = { inputs: [prepared], targets: targets.map(only), ...(weights && { weights: only(weights) }) };
          return sourceOf(who, next, { batchSize, seed, shuffle });
        },
      }),
    split(held, options = {}) {
      checkOptionNames("split", options, { seed: true });
      const number = held > 0 && held < 1 ? Math.round(held * count) : held;
      if (!Number.isSafeInteger(number) || number < 1 || number >= count)
        throw new RangeError(
          `split: held must be a share in (0, 1) or a number of examples in [1, ${count - 1}], and leave some for both; got ${shown(held)}`,
        );
      const mixed = stream(options.seed ?? seed, "split").permutation(count);
      const part = (from: number, to?: number) => {
        const places = mixed.subarray(from, to).slice().sort();
        return rows ? places.map((place) => rows[place]!) : places;
      };
      return [
        sourceOf(who, columns, { batchSize, seed, shuffle, rows: part(number) }),
        sourceOf(who, columns, { batchSize, seed, shuffle: false, rows: part(0, number) }),
      ];
    },
  };
}

/** Row of each place of an epoch; undefined if they are the same. */
function orderOf(count: number, mixed: Uint32Array | undefined, rows: Uint32Array | undefined) {
  if (!mixed || !rows) return mixed ?? rows;
  return Uint32Array.from({ length: count }, (_, place) => rows[mixed[place]!]!);
}

/** Function that gives the numbers of some places of an epoch, in a buffer that it fills again at each call. */
function filler({ values, shape }: Column, order: Uint32Array | undefined, most: number) {
  const size = sizeOf(shape);
  if (!order) return (start: number, end: number): Values => values.subarray(start * size, end * size);
  const buffer = values instanceof Int32Array ? new Int32Array(most * size) : new Float32Array(most * size);
  return (start: number, end: number): Values => {
    for (let place = start; place < end; place++) {
      const [to, from] = [(place - start) * size, order[place]! * size];
      if (size < 16) for (let k = 0; k < size; k++) buffer[to + k] = values[from + k]!;
      else buffer.set(values.subarray(from, from + size), to);
    }
    return end - start === most ? buffer : buffer.subarray(0, (end - start) * size);
  };
}

/** Column of some of the rows. */
function taken(column: Column, rows: Uint32Array | undefined): Column {
  if (!rows) return column;
  return { ...column, count: rows.length, values: filler(column, rows, rows.length)(0, rows.length) };
}

function checkCounts(who: string, { inputs, targets, weights }: Columns): void {
  const named = [
    ...inputs.map((column, i) => [`input ${i}`, column] as const),
    ...targets.map((column, i) => [`target ${i}`, column] as const),
    ...(weights ? [["weights", weights] as const] : []),
  ];
  const [[first, { count }], ...rest] = named as [(typeof named)[number], ...typeof named];
  const other = rest.find(([, column]) => column.count !== count);
  if (!other) return;
  const [name, { count: found }] = other;
  throw new RangeError(
    `${who}: inputs, targets and weights must have as many examples; got ${count} of ${first} and ${found} of ${name}; a typed array with several numbers per example needs its shape: { values, shape }`,
  );
}
