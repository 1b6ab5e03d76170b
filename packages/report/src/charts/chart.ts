import { chip, escapeHtml } from "../page/format";

/** Room of a chart, in pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
  /** Whether it is for a phone: without names beside the lines, which stand above the chart instead. */
  readonly narrow: boolean;
}

/** Rooms of a chart for screens and paper by its size: `large` is as wide as the page. */
const rooms = {
  large: { width: 1000, height: 520, narrow: false },
  small: { width: 560, height: 340, narrow: false },
} as const satisfies Record<string, Room>;

/** Room of every chart on a phone. Its letters keep their size on a screen of 360 pixels. */
const phone: Room = { width: 320, height: 280, narrow: true };

/** Line of a chart: its name and color. */
export interface NamedLine {
  readonly name: string;
  readonly color: string;
}

/**
 * Chart drawn twice, for wide screens and for phones, of which the page shows one: letters would be too small if one drawing were
 * scaled to both. HTML.
 * @param lines lines that are named above the narrow drawing
 */
export const chart = (
  size: keyof typeof rooms,
  draw: (room: Room) => string,
  lines: readonly NamedLine[] = [],
): string =>
  `<div class="chart ${size}"><div class="wide">${draw(rooms[size])}</div><div class="narrow">${legend(lines)}${draw(phone)}</div></div>`;

const legend = (lines: readonly NamedLine[]): string =>
  lines.length === 0
    ? ""
    : `<ul class="legend">${lines.map(({ name, color }) => `<li>${chip(color)}${escapeHtml(name)}</li>`).join("")}</ul>`;
