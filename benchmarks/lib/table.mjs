/**
 * Report of a record: a Markdown table for each variant.
 *
 * @param titles of the variants, by name
 */
export function report({ settings, machine, gflopsOfMatmul, rows, skipped }, titles) {
  const { threads, batch, rounds, seconds, workload, variants, agreement } = settings;
  const parts = variants.flatMap((variant) => {
    const ofVariant = rows.filter((row) => row.variant === variant);
    if (ofVariant.length === 0) return [];
    const { gflopOfStep } = ofVariant[0];
    return [
      "",
      `${workload}: ${titles[variant]} (${number(gflopOfStep)} GFLOP per step)`,
      "",
      table(ofVariant, variant, settings),
    ];
  });
  return [
    `Training steps per second, batch ${batch}: medians of ${rounds} alternating rounds of ${seconds} s, with the slowest and`,
    `fastest in parentheses; × PyTorch is computed from the rounds' ratios in the same way. ${threads} threads, ${machine.processor},`,
    `${machine.node}. Matrix product, 1024³: ${spread(gflopsOfMatmul)} GFLOP/s. The losses of a model differ by at most ${agreement.toExponential(0)}.`,
    ...parts,
    ...(skipped.length ? ["", "Skipped:"] : []),
    ...skipped.map(
      ({ title, variants, reason, install }) =>
        `- ${title} (${variants.join(", ")}): ${reason}${install ? `; to include it: ${install}` : ""}`,
    ),
  ].join("\n");
}

function table(rows, variant, { variants: [first], batch, samples }) {
  const times = ({ median, min, max }, n) => ({ median: n * median, min: n * min, max: n * max });
  const others = variant === first ? [] : [`× PyTorch, ${first}`];
  const rates = samples ? [`${samples}/s`, "steps/s"] : ["steps/s"];
  const head = ["", ...rates, "× PyTorch", ...others, "of peak", "first step", "memory", "graph", "by"];
  const body = rows.map((row) => [
    row.title,
    ...(samples ? [spread(times(row.stepsPerSecond, batch))] : []),
    spread(row.stepsPerSecond),
    row.ratio ? spread(row.ratio) : "–",
    ...others.map(() => (row.ratioToFirstVariant ? number(row.ratioToFirstVariant.median) : "–")),
    `${Math.round(100 * row.shareOfRoofline)}%`,
    `${number(row.firstStepSeconds)} s`,
    row.peakBytes === null ? "–" : `${Math.round(row.peakBytes / 2 ** 20)} MiB`,
    row.graphBytes === null ? "–" : `${number(row.graphBytes / 1024)} KiB`,
    [row.version, ...(row.way ? [row.way] : [])].join(": "),
  ]);
  return aligned([head, ...body]);
}

/** Markdown table with the columns aligned; the first row is its head. */
export function aligned([head, ...body]) {
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/** Median with the least and the greatest. */
export const spread = ({ median, min, max }) => `${number(median)} (${number(min)}–${number(max)})`;

/** Number with three significant digits. */
export const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
