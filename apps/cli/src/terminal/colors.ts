import picocolors from "picocolors";
import type { Output, World } from "../world";

/** Colors for a stream: none if it is not a terminal, or if NO_COLOR is set (https://no-color.org). */
export const colorsFor = (output: Output, environment: World["environment"]) =>
  picocolors.createColors(output.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb");

/** Functions that color text for a stream. */
export type Colors = ReturnType<typeof colorsFor>;
