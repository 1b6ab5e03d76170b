import { arch, cpus, platform, release, totalmem } from "node:os";
import { ratio, summary } from "./statistics.mjs";

/** Contender that the ratios are relative to. */
const reference = "torch";

/** This machine, and the Node that runs here. */
export const machineOf = () => ({
  processor: cpus()[0]?.model ?? "unknown",
  system: `${platform()} ${release()} ${arch()}`,
  memoryBytes: totalmem(),
  node: process.version,
});

/**
 * Results of a run as plain data.
 *
 * @param rows measured rows, with `rates` and the `gflop` per step
 * @param yardstick row of the matrix product
 * @param skipped result of `skippedOf`
 * @param settings settings of the run
 */
export function recordOf(rows, yardstick, skipped, settings) {
  const peak = summary(yardstick.rates.map((rate) => (rate * yardstick.about.flops) / 1e9));
  const ratesOf = (variant) => rows.find((row) => row.id === reference && row.variant === variant)?.rates;
  const [first] = settings.variants;
  const against = (rates, other) => (other ? ratio(rates, other) : null);
  return {
    settings,
    machine: machineOf(),
    gflopsOfMatmul: peak,
    rows: rows.map((row) => ({
      variant: row.variant,
      id: row.id,
      title: row.title,
      version: row.about.version,
      way: row.choice,
      stepsPerSecond: { ...summary(row.rates), rounds: row.rates },
      ratio: against(row.rates, ratesOf(row.variant)),
      ratioToFirstVariant: against(row.rates, ratesOf(first)),
      gflopOfStep: row.gflop,
      shareOfRoofline: (row.gflop * summary(row.rates).median) / peak.median,
      firstStepSeconds: row.firstStep,
      peakBytes: row.peakBytes ?? null,
      graphBytes: row.about.graphBytes ?? null,
      losses: row.losses,
    })),
    skipped,
  };
}
