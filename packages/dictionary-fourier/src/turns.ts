import { cos, sin } from "@weightcast/random";

/**
 * Cosine of a fraction of a turn, cos(2π · part/whole). The angle is reduced in whole numbers to at most an eighth of a turn
 * before it is rounded, so equal angles have equal cosines, those of quarter turns are exactly 0, and a large `part` costs no
 * precision.
 * @param part any integer such that 4 · part is a safe integer
 * @param whole a positive integer
 */
export function cosine(part: number, whole: number): number {
  const rest = Math.abs(part) % whole;
  const angle = 4 * Math.min(rest, whole - rest); // up to half a turn, which is 2 · whole
  const acute = Math.min(angle, 2 * whole - angle); // up to a quarter
  const within = Math.min(acute, whole - acute); // up to an eighth
  const radians = (Math.PI * within) / (2 * whole);
  const value = within === acute ? cos(radians) : sin(radians);
  return angle > whole ? -value : value;
}

/** Sine of a fraction of a turn, sin(2π · part/whole), as {@link cosine} a quarter of a turn later. */
export const sine = (part: number, whole: number): number => cosine(4 * part - whole, 4 * whole);
