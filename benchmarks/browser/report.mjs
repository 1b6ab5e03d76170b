import { contenders, variants } from "./contenders.mjs";

const titleOf = (list, id) => list.find((item) => item.id === id).title;

/** What Weightcast has to reach, times the fastest peer's steps a second. */
const bars = [
  { variant: "dense", least: 1 },
  { variant: "factorized", least: 2.5 },
  { variant: "prepared", least: 2.5 },
];

/** A record for people: a Markdown table for each variant, and whether the bars are met. */
export function report({ machine, settings, rows }) {
  const { batch, rounds, seconds, threads } = settings;
  return [
    `Training steps a second in ${machine.browser}, batch ${batch}, ${threads} threads: medians of ${rounds} alternating rounds of`,
    `${seconds} s, in brackets the slowest and the fastest; × the fastest peer likewise, of the rounds' ratios. An epoch is`,
    `MNIST's 60,000 images. First step: from loading the page's code to its end. ${machine.processor}.`,
    ...variants.flatMap(({ id, title }) => {
      const own = rows.filter(({ variant }) => variant === id);
      return own.length === 0 ? [] : ["", `784–500–500–10, ${title}`, "", table(own)];
    }),
    "",
    ...bars.flatMap((bar) => verdict(rows, bar)),
  ].join("\n");
}

function table(rows) {
  const head = ["", "steps/s", "× fastest peer", "epoch", "first step"];
  const body = rows.map(({ contender, stepsPerSecond, ratio, epochSeconds, firstStepSeconds }) => [
    titleOf(contenders, contender),
    spread(stepsPerSecond),
    ratio ? spread(ratio) : "–",
    `${number(epochSeconds)} s`,
    `${number(firstStepSeconds)} s`,
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

function verdict(rows, { variant, least }) {
  const row = rows.find((row) => row.variant === variant && row.contender === "weightcast");
  if (!row?.ratio) return [];
  const met = row.ratio.median >= least;
  const peer = titleOf(contenders, row.fastestPeer);
  return [`${met ? "✓" : "✗"} ${variant}: ${number(row.ratio.median)} × ${peer}; wanted: ${least} ×`];
}

const spread = ({ median, min, max }) => `${number(median)} (${number(min)}–${number(max)})`;

const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
