import { median } from "../lib/statistics.mjs";
import { aligned, number, spread } from "../lib/table.mjs";
import { contenders } from "./contenders.mjs";

const titleOf = (id) => contenders.find((contender) => contender.id === id).title;

/** Ids of a record's contenders that fit is compared with. */
const peersOf = (rows) => contenders.map(({ id }) => id).filter((id) => rows.some((row) => of(row, id)?.ratio));

const of = (row, id) => row.contenders.find((contender) => contender.id === id);

/** Median of the models' ratios to each contender, and the least. */
export function summaryOf(rows) {
  return peersOf(rows).map((id) => {
    const ratios = rows.flatMap((row) => of(row, id)?.ratio?.median ?? []);
    return { id, models: ratios.length, median: median(ratios), min: Math.min(...ratios) };
  });
}

/** Report of a record: a Markdown table with a line for each model, and the medians. */
export function report({ machine, settings, rows, summary }) {
  const { rounds, seconds, threads, load } = settings;
  const peers = peersOf(rows);
  const head = ["", "fit, steps/s", ...peers.flatMap((id) => [`${titleOf(id)}, steps/s`, "×"]), "first epoch"];
  const cell = (row, id) => {
    const found = of(row, id);
    return found ? [spread(found.stepsPerSecond), spread(found.ratio)] : ["–", "–"];
  };
  const body = rows.map((row) => {
    const ours = of(row, "weightcast");
    return [
      `${row.title}, batch ${row.batch}`,
      ours ? spread(ours.stepsPerSecond) : "–",
      ...peers.flatMap((id) => cell(row, id)),
      ours ? `${number(ours.firstEpochSeconds)} s` : "–",
    ];
  });
  const agreements = rows.map(({ agreement }) => agreement ?? 0);
  return [
    `Training steps per second: medians of ${rounds} alternating rounds of ${seconds} s, with the slowest and fastest in parentheses; × is the`,
    `speed of fit relative to the contender on its left, from the rounds' ratios. The first epoch, of a few steps, counts from the`,
    `start of the process or page, with imports and compilation. ${threads} threads, ${machine.processor}, ${machine.browser ?? machine.node}; load before the`,
    `run ${load.toFixed(1)}. The losses of a model's first epochs differ by at most ${Math.max(...agreements).toExponential(0)}.`,
    "",
    aligned([head, ...body]),
    "",
    ...summary.map(
      ({ id, models, median, min }) =>
        `${titleOf(id)}: ${number(median)} × on the median of ${models} models, ${number(min)} × at least`,
    ),
    ...rows.flatMap(({ example, skipped }) =>
      skipped.map(
        ({ id, reason, install }) => `Skipped: ${example}, ${titleOf(id)}: ${reason}${install ? `; ${install}` : ""}`,
      ),
    ),
  ].join("\n");
}
