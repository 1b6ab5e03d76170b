import { parseArgs } from "node:util";
import { contenders, variants } from "./contenders.mjs";

const idsOf = (list) => list.map(({ id }) => id);

export const usage = `usage: npm run bench:browser -- [options]

Trains the paper's MLP in a headless Chromium, with Weightcast and with its peers, in alternating rounds, and prints
steps a second.

  --variants A,B      only these of ${idsOf(variants).join(", ")}
  --only A,B          only these contenders: ${idsOf(contenders).join(", ")}
  --rounds N          turns of each contender (default 5)
  --seconds S         length of a turn (default 1)
  --quick             3 rounds of 0.3 s
  --json FILE         writes the results there too
  --help              this`;

/** A caller's mistake; the message is for people. */
export class UsageError extends Error {}

/** The options of a command line, checked. */
export function readOptions(args) {
  const { help = false, quick = false, json, ...values } = parse(args);
  return {
    help,
    json,
    variants: some("--variants", values.variants, variants),
    contenders: some("--only", values.only, contenders),
    rounds: positive("--rounds", values.rounds ?? (quick ? "3" : "5"), Number.isSafeInteger),
    seconds: positive("--seconds", values.seconds ?? (quick ? "0.3" : "1"), Number.isFinite),
  };
}

function parse(args) {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }];
  const options = { variants: text, only: text, rounds: text, seconds: text, json: text, quick: flag, help: flag };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** Some of a list by their ids, in the list's order. */
function some(option, given, all) {
  if (given === undefined) return all;
  const ids = given.split(",");
  const unknown = ids.find((id) => !idsOf(all).includes(id));
  if (unknown !== undefined) throw new UsageError(`${option} takes some of ${idsOf(all).join(", ")}; got ${unknown}`);
  return all.filter(({ id }) => ids.includes(id));
}

function positive(option, given, isRight) {
  const value = Number(given);
  if (!isRight(value) || value <= 0) throw new UsageError(`${option} takes a positive number; got ${given}`);
  return value;
}
