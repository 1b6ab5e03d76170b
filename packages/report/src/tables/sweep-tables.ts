import type { Aggregate } from "@weightcast/runs";
import { curveOf, type PaperCurves, paperError } from "../claims/paper";
import type { MethodCurve, Sweep } from "../claims/sweep";
import { chip, counted, errorHtml, errorText, escapeHtml, share, signed } from "../page/format";
import { table } from "../page/table";
import { capital } from "../text/error-name";

/**
 * Table of test errors with a column per method and a row per proportion; errors no higher than the dense network's are
 * shaded. HTML.
 */
export function matrix({ curves, dense: [dense, ...others], error }: Sweep): string {
  const proportions = [...new Set(curves.flatMap(({ points }) => points.map(({ asked }) => asked)))].sort(
    (a, b) => a - b,
  );
  const cell = ({ points }: MethodCurve, proportion: number): string => {
    const point = points.find(({ asked }) => asked === proportion);
    if (!point) return "<td>–</td>";
    const good = dense && point.score.mean <= dense.score.mean;
    return `<td${good ? ' class="good"' : ""}>${errorHtml(point.score)}</td>`;
  };
  const headings = curves.map(({ method, color }) => `${chip(color)}${escapeHtml(method)}`);
  const rows = proportions.map((proportion) => [
    `<th scope="row">${share(proportion)}</th>`,
    ...curves.map((curve) => cell(curve, proportion)),
  ]);
  const errorOf = ({ method, score, seeds }: Aggregate) =>
    `${escapeHtml(method)}: ${errorText(score)} (${counted(seeds.length, "seed")})`;
  const note = dense
    ? `<p class="note">The dense network, ${errorOf(dense)}.${others.map((other) => ` ${errorOf(other)}.`).join("")} <span class="good">Shaded</span>: no higher than ${others.length > 0 ? `that of ${escapeHtml(dense.method)}` : "its error"}.</p>`
    : "";
  const asked = `<p class="note">Proportions are those asked for; the share learned is that of the nearest whole number of atoms.</p>`;
  return `${note}${asked}${table({ name: `${capital(error)} by proportion and method, %`, headings: ["Asked for", ...headings], rows, kind: "compact" })}`;
}

/** Tables of our test errors next to the paper's digitized ones, a table per method; rows are proportions in the range of its curve. HTML. */
export function paperDifferences({ curves, dense: [dense] }: Sweep, paper: PaperCurves): string {
  const { nokernel } = paper;
  const note =
    dense && nokernel !== undefined
      ? `<p class="note">The dense network: ${errorText(dense.score)} here, ${nokernel} in the paper: ${signed(100 * dense.score.mean - nokernel)}.</p>`
      : "";
  return `${note}<div class="methods">${curves.map((curve) => differencesOf(curve, paper)).join("\n")}</div>`;
}

/** Room for rounding errors where a difference is exactly the tolerance, in points. */
const slack = 1e-9;

function differencesOf({ method, color, points }: MethodCurve, paper: PaperCurves): string {
  const { tolerance = Number.POSITIVE_INFINITY } = paper;
  const curve = curveOf(paper, method);
  const compared = points.flatMap((point) => {
    const theirs = paperError(curve, point.asked);
    return theirs ? [{ ...point, theirs, difference: 100 * point.score.mean - theirs.error }] : [];
  });
  if (compared.length === 0) return "";
  const rows = compared.map(({ asked, score, seeds, theirs, difference }) => {
    const isBeyond = Math.abs(difference) > tolerance + slack;
    const [kind, mark] = difference > 0 ? ["worse", "▲"] : ["better", "▼"];
    return [
      `<th scope="row">${share(asked)}</th><td>${errorHtml(score)}</td><td>${seeds.length}</td>`,
      `<td${theirs.interpolated ? ' class="between"' : ""}>${theirs.error.toFixed(2)}</td>`,
      isBeyond
        ? `<td class="${kind}" title="${kind}">${mark} ${signed(difference)}</td>`
        : `<td>${signed(difference)}</td>`,
    ];
  });
  const count = (sign: number) => compared.filter(({ difference }) => sign * difference > tolerance + slack).length;
  const mean = compared.reduce((sum, { difference }) => sum + difference, 0) / compared.length;
  return `<section><h3>${chip(color)}${escapeHtml(method)}</h3>
<p class="note">On average ${signed(mean)}; ${count(1)} of ${compared.length} worse, ${count(-1)} better</p>
${table({ name: `${method}: ours against the paper's, %`, headings: ["Asked for", "Ours", "n", "Paper", "Difference"], rows, kind: "compact" })}</section>`;
}
