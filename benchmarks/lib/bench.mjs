import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { useEngine } from "@weightcast/backend";
import { assertAgreement } from "./agreement.mjs";
import { contenders, matmul } from "./contenders.mjs";
import { flops } from "./flops.mjs";
import { open } from "./open.mjs";
import { recordOf } from "./record.mjs";
import { measure } from "./rounds.mjs";
import { skippedOf } from "./skipped.mjs";
import { writeTask } from "./task.mjs";

/**
 * Runs the whole measurement: writes the tasks, opens the contenders one after the other, compares their losses, and
 * measures them in rounds.
 *
 * @param options of `readOptions`
 * @param scratch folder for the tasks
 * @returns the record
 * @throws Error if contenders do not compute the same, or if one crashes
 */
export async function bench(options, scratch) {
  const { workload, batch, rounds, seconds, slowest } = options;
  const variants = workload.variants.filter(({ name }) => options.variants.includes(name));
  const all = contenders(options).filter(({ id }) => options.only.includes(id));
  const [load] = loadavg();
  if (load > availableParallelism() / 4)
    shout(`This machine is busy (load ${load.toFixed(1)}); the figures will not be worth much.`);
  const opened = [];
  try {
    await useEngine("wasm"); // creates the initial weights
    let threads;
    for (const variant of variants) {
      const folder = join(scratch, variant.name);
      const task = writeTask(folder, workload, variant, batch);
      threads = task.threads;
      for (const contender of all) {
        if (contender.variants?.includes(variant.name) === false) continue;
        say(`start ${contender.title}, ${variant.name}`);
        const row = await open(contender, folder, slowest);
        opened.push({ ...row, variant: variant.name, model: variant.model, gflop: flops(task.layers, batch) / 1e9 });
      }
    }
    const yardstick = await open(matmul, join(scratch, variants[0].name));
    opened.push(yardstick);

    const skipped = skippedOf(opened);
    const rows = opened.filter((row) => !row.skipped && row !== yardstick);
    for (const { title, variants, reason, install } of skipped)
      shout(`SKIPPED: ${title} (${variants.join(", ")}): ${reason}${install ? `\nTo include it: ${install}` : ""}`);
    const models = [...new Set(rows.map(({ model }) => model))];
    const agreement = Math.max(...models.map((model) => assertAgreement(rows.filter((row) => row.model === model))));

    const rates = await measure([...rows, yardstick], { rounds, seconds, say });
    const measured = rows.map((row, i) => ({ ...row, rates: rates[i], peakBytes: row.process.peakBytes() }));
    return recordOf(measured, { ...yardstick, rates: rates.at(-1) }, skipped, {
      workload: workload.name,
      ...(workload.samples && { samples: workload.samples }),
      variants: options.variants,
      batch,
      rounds,
      seconds,
      threads,
      agreement,
      load,
    });
  } finally {
    for (const { process } of opened) process?.close();
  }
}

const say = (text) => console.error(text);

/** Prints a message that must not be overlooked. */
function shout(text) {
  const rule = "━".repeat(100);
  say(`${rule}\n${text}\n${rule}`);
}
