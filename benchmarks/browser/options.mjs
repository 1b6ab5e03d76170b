import { parseOptions, positive, someOf } from "../lib/arguments.mjs";
import { contenders, variants } from "./contenders.mjs";

const idsOf = (list) => list.map(({ id }) => id);

export const usage = `usage: npm run bench:browser -- [options]

Trains the paper's MLP in a headless Chromium, with Weightcast and with its peers, in alternating rounds, and prints
steps per second.

  --variants A,B      only these of ${idsOf(variants).join(", ")}
  --only A,B          only these contenders: ${idsOf(contenders).join(", ")}
  --rounds N          turns of each contender (default 5)
  --seconds S         length of a turn (default 1)
  --quick             3 rounds of 0.3 s
  --json FILE         also write the results to this file
  --help              show this help`;

/** Checked options of a command line. */
export function readOptions(args) {
  const text = ["variants", "only", "rounds", "seconds", "json"];
  const { help = false, quick = false, json, ...values } = parseOptions(args, { text, flags: ["quick", "help"] });
  return {
    help,
    json,
    variants: some("--variants", values.variants, variants),
    contenders: some("--only", values.only, contenders),
    rounds: positive("--rounds", values.rounds ?? (quick ? "3" : "5"), Number.isSafeInteger),
    seconds: positive("--seconds", values.seconds ?? (quick ? "0.3" : "1"), Number.isFinite),
  };
}

/** Items of a list selected by their ids. */
function some(option, text, all) {
  if (text === undefined) return all;
  const ids = someOf(option, text, idsOf(all));
  return all.filter(({ id }) => ids.includes(id));
}
