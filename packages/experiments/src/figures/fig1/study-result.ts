import { scoreOf } from "@weightcast/runs";
import type { StudyResult, StudyTable } from "../../figure";
import type { ErrorCurve, Fig1Result } from "./error-curves";
import { renderFig1 } from "./report/report";

/** Results of Figure 1 as a report, as JSON values, and as tables. */
export const studyResult = (results: readonly Fig1Result[]): StudyResult => ({
  html: (options) => renderFig1(results, options),
  networks: results.map(networkOf),
  tables: results.map(tableOf),
});

/** Network for other programs: its run, its filters, and the errors at every share. */
const networkOf = ({ record, filters, steps, errors, startLeft }: Fig1Result) => ({
  id: record.id,
  network: record.spec.label,
  data: record.spec.data.name,
  testError: scoreOf(record.result),
  seconds: record.result.seconds,
  steps,
  startLeft,
  filters: { domain: filters.domain, channels: filters.channels, count: filters.count },
  ...errors,
  engine: record.engine.engine,
  spec: record.spec,
});

/** Shares in the table, besides that of the pictures. */
const columns = [0.01, 0.05, 0.1, 0.25, 0.5];

/** Errors of a network as a table for the terminal. */
function tableOf({ record, filters, errors, startLeft }: Fig1Result): StudyTable {
  const { given, best, baselines, share, ridge, subsets } = errors;
  const curves = [...given, ...best.filter((curve) => !given.includes(curve)), ...baselines];
  const shares = [...new Set([...columns, share])].sort((a, b) => a - b);
  const cell = ({ points }: ErrorCurve, wanted: number) => {
    const { mean, sd } = points.find((point) => point.share === wanted)!.error;
    return `${mean.toFixed(3)}${sd === undefined ? "" : ` ± ${sd.toFixed(3)}`}`;
  };
  const grid = [...filters.domain, ...(filters.channels > 1 ? [filters.channels] : [])].join("×");
  const count = `${filters.count.toLocaleString("en-US")} filter${filters.count === 1 ? "" : "s"}`;
  const over = subsets > 1 ? `mean ± standard deviation over ${subsets} random subsets` : "one random subset";
  return {
    title: `${record.spec.data.name}: ${count} of ${grid}, test error ${(100 * scoreOf(record.result)).toFixed(2)}%`,
    columns: [
      { heading: "predicted by", align: "left" },
      { heading: "length" },
      ...shares.map((part) => ({ heading: `${(100 * part).toLocaleString("en-US")}%` })),
    ],
    rows: curves.map((curve) => [
      curve.predictor,
      `${curve.lengthScale ?? ""}`,
      ...shares.map((part) => cell(curve, part)),
    ]),
    notes: [
      `Normalized mean squared error by the share of the pixels kept, ${over}; lambda ${ridge}.`,
      `Weight decay has left ${(100 * startLeft).toFixed(1)}% of the random first weights, which nothing predicts.`,
    ],
  };
}
