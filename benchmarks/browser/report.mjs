import { aligned, number, spread } from "../lib/table.mjs";
import { contenders, variants } from "./contenders.mjs";

const titleOf = (list, id) => list.find((item) => item.id === id).title;

/** Goals for Weightcast, relative to the fastest peer's steps per second. */
const goals = [
  { variant: "dense", least: 1 },
  { variant: "factorized", least: 2.5 },
  { variant: "prepared", least: 2.5 },
];

/** Report of a record: a Markdown table for each variant, and whether the goals are met. */
export function report({ machine, settings, rows }) {
  const { batch, rounds, seconds, threads } = settings;
  return [
    `Training steps per second in ${machine.browser}, batch ${batch}, ${threads} threads: medians of ${rounds} alternating rounds of`,
    `${seconds} s, with the slowest and fastest in parentheses; × fastest peer is computed from the rounds' ratios in the same way.`,
    `An epoch is MNIST's 60,000 images. The first step counts from loading the page's code to its end. ${machine.processor}.`,
    ...variants.flatMap(({ id, title }) => {
      const ofVariant = rows.filter(({ variant }) => variant === id);
      return ofVariant.length === 0 ? [] : ["", `784–500–500–10, ${title}`, "", table(ofVariant)];
    }),
    "",
    ...goals.flatMap((goal) => verdict(rows, goal)),
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
  return aligned([head, ...body]);
}

function verdict(rows, { variant, least }) {
  const row = rows.find((row) => row.variant === variant && row.contender === "weightcast");
  if (!row?.ratio) return [];
  const met = row.ratio.median >= least;
  const peer = titleOf(contenders, row.fastestPeer);
  return [`${met ? "✓" : "✗"} ${variant}: ${number(row.ratio.median)} × ${peer}; goal: ${least} ×`];
}
