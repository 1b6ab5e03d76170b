import type { CompressedFile, Quality } from "@weightcast/runs";
import { bytes, count, percent } from "../../terminal/format";
import { errorText } from "../../terminal/metrics";
import { type Column, table } from "../../terminal/table";

/** Result of a compression as text. @param width of the terminal */
export function compressionText(path: string, done: CompressedFile, width: number | undefined): string {
  const { bytes: size, numbers, layers, kept, quality } = done;
  const stay =
    kept.length === 0 ? "" : `Unchanged: ${kept.map((layer) => `${layer.path} (${layer.reason})`).join(", ")}.\n`;
  return (
    `${table(columns, layers, width)}\n${stay}\n` +
    `${table(qualities, rowsOf(quality), width)}\n` +
    `${path}: ${bytes(size.file)} (${count(size.file)} bytes); the original's weights take ${bytes(size.original)}. ` +
    `Of ${count(numbers.weights)} weights of these layers, ${count(numbers.learned)} are learned (${percent(numbers.learned / numbers.weights)}%), and the file holds ${count(numbers.stored)} numbers.\n`
  );
}

const columns: readonly Column<CompressedFile["layers"][number]>[] = [
  { heading: "layer", of: ({ path }) => path, align: "left" },
  { heading: "dictionary", of: ({ dictionary }) => dictionary, align: "left" },
  { heading: "atoms", of: ({ rank }) => count(rank) },
  { heading: "learned", of: ({ learned }) => count(learned) },
  { heading: "stored", of: ({ stored }) => count(stored) },
  { heading: "weights", of: ({ weights }) => count(weights) },
  { heading: "left over", of: ({ left }) => `${percent(left)}%` },
];

type QualityRow = Quality & { readonly of: string };
const rowsOf = ({ original, fitted, final }: CompressedFile["quality"]): readonly QualityRow[] => [
  { of: "original", ...original },
  { of: "fitted", ...fitted },
  { of: "file", ...final },
];

const qualities: readonly Column<QualityRow>[] = [
  { heading: "network", of: ({ of }) => of, align: "left" },
  { heading: "error", of: ({ metrics }) => errorText(metrics ?? {}) },
  {
    heading: "other classes",
    of: ({ disagreement }) => (disagreement === undefined ? "" : `${percent(disagreement)}%`),
  },
  { heading: "difference", of: ({ difference }) => `${percent(difference)}%` },
  { heading: "examples/s", of: ({ perSecond }) => count(Math.round(perSecond)) },
];
