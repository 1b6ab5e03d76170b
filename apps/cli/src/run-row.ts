import type { Aggregate, RunRecord, Summary } from "@weightcast/experiments";
import { bytes, count, percent } from "./format";
import { type Column, table } from "./table";

const columns: readonly Column<Aggregate>[] = [
  { heading: "method", align: "left", of: ({ method }) => method },
  { heading: "learned %", of: ({ proportion }) => percent(proportion, 1) },
  { heading: "dynamic", of: ({ dynamic }) => count(dynamic) },
  { heading: "static", of: (summary) => count(summary.static) },
  { heading: "stored", of: ({ stored }) => count(stored) },
  { heading: "file", of: (summary) => bytes(summary.bytes) },
  {
    heading: "test error %",
    of: ({ testError: { mean, sd } }) => `${percent(mean)}${sd === undefined ? "" : ` ± ${percent(sd)}`}`,
  },
  { heading: "seeds", of: ({ seeds }) => `${seeds.length}` },
  { heading: "seconds", of: ({ seconds }) => seconds.toFixed(1) },
];

/** Runs as a table, those that differ in the seed in one row, with what its headings mean. */
export const runTable = (rows: readonly Aggregate[]): string =>
  `${table(
    columns.filter(({ heading }) => heading !== "seeds" || rows.some(({ seeds }) => seeds.length > 1)),
    rows,
  )}
${rows.some(({ seeds }) => seeds.length > 1) ? "Mean ± standard deviation over the seeds.\n" : ""}Weights of the layers that can be predicted: dynamic ones are learned, static ones fixed (U); stored is
the part of U that the model's file must hold.
`;

/** What `--json` tells of a run. */
export const runJson = ({ id, spec, engine, execution, result, finished }: RunRecord, summary: Summary) => ({
  id,
  ...summary,
  engine: engine.engine,
  ...(execution && { execution }),
  testLoss: result.testLoss,
  trainLoss: result.trainLoss,
  stepsPerSecond: result.stepsPerSecond,
  history: result.history,
  finished,
  spec,
});
