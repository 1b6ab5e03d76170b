import { sizeOf } from "@weightcast/types";
import { evaluate } from "../expression/evaluate";
import { shared } from "../expression/shared";
import { reshape, tensor as tensorValue } from "../expression/value";
import { entryBytes, isNumberType, type NumberType } from "../tensors/number-type";
import { numbersOf } from "../tensors/numbers";
import type { Tensor, TensorFile } from "../tensors/tensor";
import { findConstant } from "./constant";
import { copiesIn } from "./copies";
import type { Draft, Finder, Finding, Numbers } from "./finding";
import { findGabor } from "./gabor/gabor";
import { findGaussian } from "./gaussian";
import { findHadamard } from "./hadamard";
import { findLowRank } from "./low-rank";
import { findProgression } from "./progression";
import { relations } from "./relations";
import { findRepeated } from "./repeated";
import { findSelection } from "./selection";
import { findSinusoids } from "./sinusoids/bank";
import { findToeplitz } from "./toeplitz";
import { findTriangles } from "./triangles/triangles";

/** Options of {@link recognize}. */
export interface RecognizeOptions {
  /**
   * Largest difference between an entry and its formula, divided by the tensor's largest absolute entry. Entries of 16 bits may differ by
   * half of their last place. @default 1e-6
   */
  readonly tolerance?: number;
  /** Bytes that a finding has to save. @default 64 */
  readonly least?: number;
}

/** Recognizers of which the first that finds something has it. */
const first: readonly Finder[] = [
  ...[findConstant, findProgression, findSelection, findHadamard, findToeplitz, findSinusoids],
];

/** Recognizers of what may have several forms, of which the smallest is taken. */
const general: readonly Finder[] = [findTriangles, findGaussian, findGabor, findRepeated, findLowRank];

/**
 * Tensors of a file that never had to be stored: copies of others, and those that a short formula gives. Each finding is compared
 * entry by entry with the formula as a runtime of the file's format computes it.
 *
 * @throws RangeError for an option that is out of range
 */
export function recognize(file: TensorFile, options: RecognizeOptions = {}): readonly Finding[] {
  const { tolerance = 1e-6, least = 64 } = options;
  if (!(tolerance >= 0 && tolerance < 1))
    throw new RangeError(`recognize: tolerance must be in [0, 1); got ${tolerance}`);
  if (!(least >= 1)) throw new RangeError(`recognize: least must be at least 1 byte; got ${least}`);
  const groups = copiesIn(file.tensors.filter(({ bytes, open }) => !open && bytes > 0));
  const found = groups.flatMap(({ original, others }) =>
    others.filter(({ bytes }) => bytes >= least).map((other) => copyOf(other, original)),
  );
  const left: { readonly numbers: Numbers; readonly region: string }[] = [];
  for (const { original, others } of groups) {
    const numbers = original.bytes >= least && sizeOf(original.shape) > 1 ? numbersIn(original, tolerance) : undefined;
    if (!numbers) continue;
    const finding = bestOf(numbers, file, least);
    if (finding) found.push(finding);
    else left.push({ numbers, region: file.region([original, ...others]) });
  }
  found.push(...related(left, file, least));
  const order = new Map(file.tensors.map(({ name }, i) => [name, i]));
  return found.sort((a, b) => order.get(a.tensor)! - order.get(b.tensor)!);
}

function copyOf(tensor: Tensor, { name, shape }: Tensor): Finding {
  return {
    ...{ tensor: tensor.name, kind: "copy", title: `copy of ${name}`, recipe: { of: name } },
    ...{ difference: { absolute: 0, relative: 0 }, bytes: tensor.bytes, stored: 0 },
    formula: reshape(tensorValue(name, shape), tensor.shape),
  };
}

function bestOf(numbers: Numbers, file: TensorFile, least: number): Finding | undefined {
  const findingOf = (find: Finder) => {
    const draft = find(numbers);
    const finding = draft && compared(draft, numbers, file);
    return finding && finding.bytes - finding.stored >= least ? [finding] : [];
  };
  for (const find of first) {
    const [finding] = findingOf(find);
    if (finding) return finding;
  }
  return general.flatMap(findingOf).sort((a, b) => a.stored - b.stored)[0];
}

/** Findings of tensors that others are made of. The larger ones stay, and of those of a size the first. */
function related(
  left: readonly { readonly numbers: Numbers; readonly region: string }[],
  file: TensorFile,
  least: number,
): readonly Finding[] {
  const known = relations();
  const regions = new Map(left.map(({ numbers, region }) => [numbers.tensor, region]));
  const numbersOfAll = new Map(left.map(({ numbers }) => [numbers.tensor.name, numbers.values]));
  return [...left]
    .sort((a, b) => b.numbers.tensor.bytes - a.numbers.tensor.bytes)
    .flatMap(({ numbers, region }) => {
      const mayUse = (other: Tensor) => ["", region].includes(regions.get(other)!);
      const find: Finder = (one) => known.find(one, mayUse);
      const draft = find(numbers);
      const finding = draft && compared(draft, numbers, file, (name) => numbersOfAll.get(name)!);
      if (finding && finding.bytes - finding.stored >= least) return [finding];
      known.add(numbers);
      return [];
    });
}

/** Half of the last place of numbers of 16 bits around 1. */
const halfPlace: Partial<Record<NumberType, number>> = { float16: 2 ** -11, bfloat16: 2 ** -8 };

function numbersIn(tensor: Tensor, tolerance: number): Numbers | undefined {
  const values = numbersOf(tensor);
  if (!values || !isNumberType(tensor.type)) return undefined;
  let scale = 0;
  for (const value of values) if (Number.isFinite(value) && Math.abs(value) > scale) scale = Math.abs(value);
  const isReal = /float/.test(tensor.type);
  // Formulas give whole numbers exactly up to here.
  if (!isReal && scale > 2 ** (entryBytes[tensor.type] > 2 ? 24 : 53)) return undefined;
  return { tensor, values, scale, tolerance: isReal ? Math.max(tolerance, halfPlace[tensor.type] ?? 0) * scale : 0 };
}

/** Finding of a draft whose formula gives the tensor. */
function compared(
  draft: Draft,
  { tensor, values, scale, tolerance }: Numbers,
  { precision, cost }: TensorFile,
  tensors?: (name: string) => ArrayLike<number>,
): Finding | undefined {
  const formula = shared(draft.formula(precision));
  const computed = evaluate(formula, precision, tensors);
  let absolute = 0;
  for (let i = 0; i < values.length; i++) {
    const [value, given] = [tensor.type === "float32" ? Math.fround(computed[i]!) : computed[i]!, values[i]!];
    if (Object.is(value, given) || value === given) continue;
    absolute = Math.max(absolute, Math.abs(value - given));
    if (!(absolute <= tolerance)) return undefined;
  }
  const { kind, title, recipe } = draft;
  return {
    ...{
      tensor: tensor.name,
      kind,
      title,
      recipe,
      formula,
      bytes: tensor.bytes,
      stored: cost(formula, tensor.shape, tensor.type as NumberType),
    },
    difference: { absolute, relative: scale === 0 ? 0 : absolute / scale },
  };
}
