import * as Plot from "@observablehq/plot";
import type { Inspection, StoredTensor } from "@weightcast/runs";
import { chart } from "../charts/chart";
import { colorOf } from "../charts/colors";
import { draw } from "../charts/draw";
import { chip, count } from "../page/format";

/** Colors of what a file holds. */
const colors = { learned: colorOf("blue"), fixed: colorOf("vermilion"), rest: colorOf("gray") };

/** Part of a file as a piece of a bar. */
interface Piece {
  readonly part: string;
  readonly bytes: number;
  readonly what: keyof typeof colors;
}

/** Bytes of a model file by layer, in bars of learned and fixed numbers; the header is a bar of its own. HTML. */
export function bytesChart({ layers, headerBytes, otherBytes, bytes }: Inspection): string {
  const pieces: Piece[] = [
    ...layers.flatMap(({ layer, tensors, learned }) =>
      (["learned", "fixed"] as const).flatMap((what): Piece[] => {
        const those = tensors.filter((tensor) => isFixed(tensor, learned) === (what === "fixed"));
        const bytes = those.reduce((sum, tensor) => sum + tensor.bytes, 0);
        return bytes > 0 ? [{ part: layer, bytes, what }] : [];
      }),
    ),
    ...(otherBytes > 0 ? [{ part: "other tensors", bytes: otherBytes, what: "rest" as const }] : []),
    { part: "header", bytes: headerBytes, what: "rest" },
  ];
  const parts = [...new Set(pieces.map(({ part }) => part))];
  const total = (part: string) =>
    pieces.filter((piece) => piece.part === part).reduce((sum, piece) => sum + piece.bytes, 0);
  const sums = parts.map((part) => ({ part, bytes: total(part) }));
  const fixed = pieces.some(({ what }) => what === "fixed");
  const drawn = chart("small", ({ width, narrow }) =>
    draw({
      name: `Bytes of the file, ${count(bytes)} in all: ${sums.map((sum) => `${sum.part} ${count(sum.bytes)}`).join("; ")}.`,
      width,
      height: 60 + 26 * parts.length,
      marginLeft: 16 + Math.min(narrow ? 110 : 200, 7.5 * Math.max(...parts.map(({ length }) => length))),
      marginRight: 70,
      marginTop: 10,
      x: { label: "Bytes", grid: true, zero: true, ticks: narrow ? 3 : 5, tickFormat: "~s" },
      y: { label: null, domain: parts, type: "band" },
      marks: [
        Plot.barX(pieces, {
          x: "bytes",
          y: "part",
          fill: ({ what }: Piece) => colors[what],
          title: ({ part, bytes: some, what }: Piece) =>
            `${part}: ${count(some)} bytes${what === "rest" ? "" : `, ${what}`}`,
          insetTop: 3,
          insetBottom: 3,
        }),
        Plot.text(sums, {
          x: "bytes",
          y: "part",
          text: (sum: { bytes: number }) => count(sum.bytes),
          dx: 5,
          textAnchor: "start",
        }),
      ],
    }),
  );
  return `<ul class="legend">${legend(["learned", ...(fixed ? (["fixed"] as const) : []), "rest"])}</ul>${drawn}`;
}

/** Whether a tensor holds numbers that training does not change: stored atoms, moving averages, or all of a frozen layer. */
const isFixed = ({ name }: StoredTensor, learned: number): boolean =>
  learned === 0 || /\/(atoms|base|moving_mean|moving_variance)\b/.test(name);

const names = { learned: "learned", fixed: "fixed, stored", rest: "header" };

const legend = (whats: readonly (keyof typeof colors)[]): string =>
  whats.map((what) => `<li>${chip(colors[what])}${names[what]}</li>`).join("");
