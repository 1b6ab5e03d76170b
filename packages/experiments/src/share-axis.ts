import { ticksIn, tickText } from "@weightcast/report";

/**
 * Logarithmic axis of shares up to 1.
 * @param least the smallest share
 * @param narrow whether there is room for few ticks
 */
export function shareAxis(label: string, least: number, narrow: boolean) {
  const low = least * 0.93;
  return {
    label,
    type: "log" as const,
    domain: [low, 1.04],
    ticks: ticksIn([low, 1], narrow ? [1, 5] : [1, 2, 5]),
    tickFormat: tickText(100, "%"),
  };
}
