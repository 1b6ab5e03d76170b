import { aggregate, type RunRecord } from "@weightcast/runs";
import { errorSign, errorText, escapeHtml, roundShare, share } from "../page/format";
import { runsNear } from "../sweep/sweep";
import { errorName } from "./error-name";

/**
 * Most important result of runs, in a line: the test error of the best method at the proportion nearest to `near`, and of the
 * dense networks. HTML.
 */
export function headlineText(records: readonly RunRecord[], near: number): string {
  const groups = aggregate(runsNear(records, near));
  const best = groups
    .filter(({ asked }) => asked !== undefined)
    .reduce<(typeof groups)[number] | undefined>(
      (least, one) => (!least || one.score.mean < least.score.mean ? one : least),
      undefined,
    );
  const dense = groups.filter(({ asked }) => asked === undefined);
  const only = groups.length === 1;
  const name = (method: string) => (only ? "" : `${escapeHtml(method)} `);
  const percent = ({ score, kind }: (typeof groups)[number]) => `${errorText(score, kind)}${errorSign(kind)}`;
  const several = groups.length - dense.length > 1;
  const learned = (of: (typeof groups)[number]) =>
    several ? `at ${share(of.proportion)}` : `with ${share(of.proportion)} of the weights learned`;
  const parts = [
    ...(best ? [`${name(best.method)}<b>${percent(best)}</b> ${learned(best)}`] : []),
    ...dense.map((one, i) => `${name(one.method)}${best || i > 0 ? percent(one) : `<b>${percent(one)}</b>`}`),
  ];
  const error = errorName(records);
  return `${several ? `Lowest ${error.charAt(0).toLowerCase()}${error.slice(1)} near ${roundShare(near)} learned` : error}${only ? "" : ":"} ${parts.join("; ")}`;
}
