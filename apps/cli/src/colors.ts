import picocolors from "picocolors";
import type { Output, World } from "./world";

/** Colors for a stream: none where it is no terminal, or where NO_COLOR is set (https://no-color.org). */
export const colorsFor = (output: Output, environment: World["environment"]) =>
  picocolors.createColors(output.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb");

export type Colors = ReturnType<typeof colorsFor>;
