import type { Point } from "../protocol";

/** Points that a curve keeps: twice the pixels that a wide chart has. */
const most = 2000;

/** Curve that is added to, of bounded size: when it is full, every second point is dropped. */
export function curve() {
  let points: Point[] = [];
  return {
    points: (): readonly Point[] => points,
    add(point: Point): void {
      points.push(point);
      if (points.length > most) points = points.filter((_, i) => (points.length - 1 - i) % 2 === 0);
    },
    /** Drops the points from an epoch on. @returns whether there were any */
    cut(from: number): boolean {
      const kept = points.filter(([epoch]) => epoch < from);
      const isCut = kept.length < points.length;
      points = kept;
      return isCut;
    },
  };
}
