import type { Part } from "./part";
import type { Window } from "./windows";

/** Name of a bank by its frequencies and phases. */
export function titleOf(parts: readonly Part[], window: Window, count: number): string {
  const { frequency, length, rows } = parts[0]!;
  const shaped = window.name === "rectangular" ? "" : `, ${window.name} window`;
  if (rows === 1 && frequency.kind === "constant" && frequency.value === 0) return `${window.name} window of ${count}`;
  if (frequency.kind === "linear") {
    const points = 1 / frequency.step;
    const isCosine = parts.every(
      ({ phase, origin }) => origin === -0.5 && phase.kind === "constant" && phase.value === 0,
    );
    if (isCosine) return `cosine transform of ${count} samples${shaped}`;
    return `Fourier transform, ${Number(points.toPrecision(9))} points${shaped}`;
  }
  if (frequency.kind === "geometric") {
    if (length.kind === "list") {
      const bins = Math.LN2 / Math.log(frequency.ratio);
      return `constant-Q transform, ${Number(bins.toPrecision(6))} filters an octave${shaped}`;
    }
    if (window.name === "rectangular" && length.kind === "constant")
      return `sinusoidal positional encoding of ${count} places`;
  }
  return `${rows * parts.length} sinusoids of ${count} samples${shaped}`;
}
