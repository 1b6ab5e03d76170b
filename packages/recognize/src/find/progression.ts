import { reshape } from "../expression/value";
import type { Finder } from "./finding";
import { type Sequence, sequenceFormula, termOf } from "./sinusoids/sequence";

/** Numbers at equal distances, or of a constant ratio, over all entries. */
export const findProgression: Finder = ({ tensor: { shape }, values, tolerance }) => {
  const count = values.length;
  const [first, last] = [values[0]!, values[count - 1]!];
  if (count < 8 || !Number.isFinite(first) || !Number.isFinite(last) || first === last) return undefined;
  const candidates: readonly Sequence[] = [
    { kind: "linear", first, step: (last - first) / (count - 1) },
    { kind: "geometric", first, ratio: (last / first) ** (1 / (count - 1)) },
  ];
  const found = candidates.find((one) => values.every((value, k) => Math.abs(termOf(one, k) - value) <= tolerance));
  if (!found || found.kind === "list") return undefined;
  const { kind, ...rest } = found;
  const words =
    found.kind === "linear" ? `steps of ${short(found.step)}` : `ratio ${short((found as { ratio: number }).ratio)}`;
  return {
    ...{
      kind: "progression",
      title: `${count} numbers from ${short(first)}, ${words}`,
      recipe: { spacing: kind, ...rest },
    },
    formula: () => reshape(sequenceFormula(found, count), shape),
  };
};

const short = (value: number): string => String(Number(value.toPrecision(6)));
