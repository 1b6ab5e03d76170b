import type { Aggregate, RunRecord, Summary } from "@weightcast/runs";
import { type ErrorKind, errorNameOf, errorValue } from "@weightcast/runs/spec";
import { bytes, count, percent } from "./format";
import { type Column, table } from "./table";
import { plainWidth, wrap } from "./wrap";

/** Columns of the table. @param error name of the errors, of this kind */
const columnsFor = (error: string, kind: ErrorKind): readonly Column<Aggregate>[] => [
  { heading: "method", align: "left", of: ({ method }) => method },
  { heading: "learned %", of: ({ proportion }) => percent(proportion, 1), key: true },
  {
    heading: kind === "error" ? `${error} %` : error,
    of: ({ score }) => scoreText(score, kind),
  },
  { heading: "seeds", of: ({ seeds }) => `${seeds.length}` },
  { heading: "dynamic", of: ({ dynamic }) => count(dynamic) },
  { heading: "static", of: (row) => count(row.static) },
  { heading: "stored", of: ({ stored }) => count(stored) },
  { heading: "file", of: (row) => bytes(row.bytes) },
  { heading: "seconds", of: ({ seconds }) => seconds.toFixed(1) },
];

/** Mean with its deviation, which has as many decimals: 2.389 ± 0.019. */
function scoreText({ mean, sd }: Aggregate["score"], kind: ErrorKind): string {
  const text = errorValue(mean, kind).replace("%", "");
  if (sd === undefined) return text;
  const decimals = text.split(".")[1]?.length ?? 0;
  return `${text} ± ${(kind === "error" ? 100 * sd : sd).toFixed(decimals)}`;
}

/**
 * Table of runs, with a note on its headings; runs that differ only in their seed share a row.
 * @param width of the terminal; see {@link table}
 */
export function runTable(rows: readonly Aggregate[], width?: number): string {
  const kind = rows[0]?.kind ?? "error";
  const hasSeeds = rows.some(({ seeds }) => seeds.length > 1);
  const shown = columnsFor(
    errorNameOf(
      rows.map((row) => ({ data: row })),
      kind,
    ),
    kind,
  ).filter(({ heading }) => heading !== "seeds" || hasSeeds);
  const notes = [
    ...(hasSeeds ? ["Mean ± standard deviation over the seeds."] : []),
    "Weights of the predictable layers: dynamic weights are learned, static ones are fixed (U); stored is the part of U that the model's file must contain.",
  ];
  return `${table(shown, rows, width)}\n${notes.map((note) => `${wrap(note, width ?? plainWidth)}\n`).join("")}`;
}

/** Run as `--json` prints it. */
export const runJson = (
  { id, spec, engine, execution, result, finished }: RunRecord,
  { score: _, kind: __, method, ...summary }: Summary,
) => ({
  id,
  method,
  // By its name: testError, or the metrics of a regression, which are in the summary.
  ...(result.testError !== undefined && { testError: result.testError }),
  ...summary,
  engine: engine.engine,
  ...(execution && { execution }),
  testLoss: result.testLoss,
  ...(result.classErrors && { classErrors: result.classErrors }),
  trainLoss: result.trainLoss,
  stepsPerSecond: result.stepsPerSecond,
  history: result.history,
  finished,
  spec,
});
