import type { Aggregate } from "../aggregate";
import { paperError, paperFig4 } from "../paper-fig4";
import { slack, tolerance } from "./facts";
import { chip, counted, errorHtml, errorText, escapeHtml, share, signed } from "./format";
import type { MethodCurve, Sweep } from "./sweep";
import { table } from "./tables";

/** Test errors, methods as columns and proportions as rows; those no worse than the dense network's are shaded. HTML. */
export function matrix({ curves, dense: [dense, ...others] }: Sweep): string {
  const proportions = [...new Set(curves.flatMap(({ points }) => points.map(({ asked }) => asked)))].sort(
    (a, b) => a - b,
  );
  const cell = ({ points }: MethodCurve, proportion: number): string => {
    const point = points.find(({ asked }) => asked === proportion);
    if (!point) return "<td>–</td>";
    const good = dense && point.testError.mean <= dense.testError.mean;
    return `<td${good ? ' class="good"' : ""}>${errorHtml(point.testError)}</td>`;
  };
  const headings = curves.map(({ method, color }) => `${chip(color)}${escapeHtml(method)}`);
  const rows = proportions.map((proportion) => [
    `<th scope="row">${share(proportion)}</th>`,
    ...curves.map((curve) => cell(curve, proportion)),
  ]);
  const said = ({ method, testError, seeds }: Aggregate) =>
    `${escapeHtml(method)}: ${errorText(testError)} (${counted(seeds.length, "seed")})`;
  const note = dense
    ? `<p class="note">The dense network, ${said(dense)}.${others.map((other) => ` ${said(other)}.`).join("")} <span class="good">Shaded</span>: no worse than ${others.length > 0 ? escapeHtml(dense.method) : "it"}.</p>`
    : "";
  const asked = `<p class="note">Proportions as asked for; what is learned is the nearest whole number of atoms.</p>`;
  return `${note}${asked}${table(["Asked for", ...headings], rows, "compact")}`;
}

/** Ours against the paper's digitised curves, a table a method and a row a proportion in the curve's range. HTML. */
export function differences({ curves, dense: [dense] }: Sweep): string {
  const note = dense
    ? `<p class="note">The dense network: ${errorText(dense.testError)} here, ${paperFig4.nokernel} in the paper: ${signed(100 * dense.testError.mean - paperFig4.nokernel)}.</p>`
    : "";
  return `${note}<div class="methods">${curves.map(differencesOf).join("\n")}</div>`;
}

function differencesOf({ method, color, points }: MethodCurve): string {
  const compared = points.flatMap((point) => {
    const paper = paperError(method, point.asked);
    return paper ? [{ ...point, paper, difference: 100 * point.testError.mean - paper.error }] : [];
  });
  if (compared.length === 0) return "";
  const rows = compared.map(({ asked, testError, seeds, paper, difference }) => {
    const beyond = Math.abs(difference) > tolerance + slack ? (difference > 0 ? "worse" : "better") : undefined;
    return [
      `<th scope="row">${share(asked)}</th><td>${errorHtml(testError)}</td><td>${seeds.length}</td>`,
      `<td${paper.interpolated ? ' class="between"' : ""}>${paper.error.toFixed(2)}</td>`,
      `<td${beyond ? ` class="${beyond}" title="${beyond}"` : ""}>${beyond ? `${difference > 0 ? "▲" : "▼"} ` : ""}${signed(difference)}</td>`,
    ];
  });
  const count = (sign: number) => compared.filter(({ difference }) => sign * difference > tolerance + slack).length;
  const mean = compared.reduce((sum, { difference }) => sum + difference, 0) / compared.length;
  return `<section><h3>${chip(color)}${escapeHtml(method)}</h3>
<p class="note">On average ${signed(mean)}; ${count(1)} of ${compared.length} worse, ${count(-1)} better</p>
${table(["Asked for", "Ours", "n", "Paper", "Difference"], rows, "compact")}</section>`;
}
