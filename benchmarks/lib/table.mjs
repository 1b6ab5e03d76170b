/**
 * A record for people: Markdown tables, one for each variant.
 *
 * @param titles of the variants, by name
 */
export function report({ settings, machine, gflopsOfMatmul, rows, skipped }, titles) {
  const { threads, batch, rounds, seconds, workload, variants, agreement } = settings;
  const parts = variants.flatMap((variant) => {
    const own = rows.filter((row) => row.variant === variant);
    if (own.length === 0) return [];
    const { gflopOfStep } = own[0];
    return [
      "",
      `${workload}: ${titles[variant]} (${number(gflopOfStep)} GFLOP a step)`,
      "",
      table(own, variant, settings),
    ];
  });
  return [
    `Training steps a second, batch ${batch}: medians of ${rounds} alternating rounds of ${seconds} s, in brackets the`,
    `slowest and the fastest; × PyTorch likewise, of the rounds' ratios. ${threads} threads, ${machine.processor}, ${machine.node}.`,
    `Matrix product, 1024³: ${spread(gflopsOfMatmul)} GFLOP/s. The losses of one model are at most ${agreement.toExponential(0)} apart.`,
    ...parts,
    ...(skipped.length ? ["", "Skipped:"] : []),
    ...skipped.map(
      ({ title, variants, reason, install }) =>
        `- ${title} (${variants.join(", ")}): ${reason}${install ? `; to have it: ${install}` : ""}`,
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

/** Cells side by side, as wide as the widest of their column. */
function aligned([head, ...body]) {
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

const spread = ({ median, min, max }) => `${number(median)} (${number(min)}–${number(max)})`;

/** Three digits. */
const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
