import { assertAgreement } from "../lib/agreement.mjs";
import { measure } from "../lib/rounds.mjs";
import { ratio, summary } from "../lib/statistics.mjs";

/** Epochs whose losses are compared. */
const compared = 3;

/**
 * Measures the contenders of one example: opens all, compares the losses of the first epochs, and takes turns.
 *
 * @param example one of ../examples
 * @param contenders the ways to train it
 * @param open `(contender, name) => { ask, close, version }`, or `{ skip }`, the reason; `ask({ steps })` trains that many epochs
 * @returns a row of the record
 * @throws Error if contenders do not compute the same
 */
export async function measureExample(example, contenders, open, { rounds, seconds, say }) {
  const opened = [];
  try {
    for (const contender of contenders) {
      say(`${example.name}: start ${contender.title}`);
      opened.push({ ...contender, ...(await firstEpochs(() => open(contender, example.name))) });
    }
    const rows = opened.filter(({ skip }) => skip === undefined);
    const agreement = rows.length > 1 ? assertAgreement(rows) : null;
    const rates = await measure(rows, { rounds, seconds, say: (text) => say(`${example.name}: ${text}`) });
    const steps = rates.map((list) => list.map((epochs) => epochs * example.full.steps));
    const ours = rows.findIndex(({ id }) => id === "weightcast");
    return {
      example: example.name,
      title: example.title,
      batch: example.full.batchSize,
      stepsPerEpoch: example.full.steps,
      agreement,
      contenders: rows.map(({ id, version, firstEpochSeconds, losses }, i) => ({
        id,
        version,
        stepsPerSecond: { ...summary(steps[i]), rounds: steps[i] },
        /** Speed of fit relative to this contender. */
        ratio: ours >= 0 && i !== ours ? ratio(steps[ours], steps[i]) : null,
        firstEpochSeconds,
        losses,
      })),
      skipped: opened.flatMap(({ id, skip: reason, install }) =>
        reason ? [{ id, reason, ...(install && { install }) }] : [],
      ),
    };
  } finally {
    for (const { process } of opened) await process?.close();
  }
}

/** Starts a contender and trains the epochs that are compared. */
async function firstEpochs(open) {
  const start = performance.now();
  const { skip, version, ...process } = await open();
  if (skip !== undefined) return { skip };
  const losses = {};
  let firstEpochSeconds;
  for (let epoch = 1; epoch <= compared; epoch++) {
    const { loss, skip: missing } = await process.ask({ cmd: "run", steps: 1 });
    if (missing !== undefined) {
      await process.close();
      return { skip: missing };
    }
    firstEpochSeconds ??= (performance.now() - start) / 1000;
    losses[epoch] = loss;
  }
  return { process, version, firstEpochSeconds, losses };
}
