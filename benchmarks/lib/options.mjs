import { parseArgs } from "node:util";
import { workloads } from "../workloads/index.mjs";
import { contenders } from "./contenders.mjs";

const ids = contenders({}).map(({ id }) => id);
/** What takes long to start, or to take a step. */
const slow = ["torch-compile", "tfjs-plain-wasm", "tfjs-cpu"];

export const usage = `usage: npm run bench -- [options]

Trains the same network with Weightcast and with its peers, in alternating rounds, and prints steps a second.

  --workload NAME     what is trained: ${Object.keys(workloads).join(", ")} (default mlp)
  --variants A,B      only these of its variants: ${Object.values(workloads)
    .map(({ variants }) => variants.map(({ name }) => name).join(", "))
    .join("; ")}
  --only A,B          only these contenders: ${ids.slice(0, 5).join(", ")},
                      ${ids.slice(5).join(", ")}
  --batch N           samples of a mini-batch (default ${Object.values(workloads)
    .map(({ name, batch }) => `${batch} of ${name}`)
    .join(", ")})
  --rounds N          turns of each contender (default 5)
  --seconds S         length of a turn (default 1)
  --slowest S         skips contenders whose step takes longer (default 10 seconds)
  --quick             3 rounds of 0.3 s, without ${slow.join(", ")}
  --python PATH       the Python that has the peers (default $WEIGHTCAST_PYTHON, else python3)
  --json FILE         writes the results there too
  --help              this`;

/** A caller's mistake; the message is for people. */
export class UsageError extends Error {}

/** The options of a command line, checked. */
export function readOptions(args) {
  const { values } = parse(args);
  if (values.help) return { help: true };
  const { quick = false } = values;
  const workload = workloads[values.workload ?? "mlp"];
  if (!workload)
    throw new UsageError(`--workload takes one of ${Object.keys(workloads).join(", ")}; got ${values.workload}`);
  const some = (option, all, preset = all) =>
    values[option] === undefined ? preset : chosen(`--${option}`, values[option], all);
  return {
    workload,
    variants: some(
      "variants",
      workload.variants.map(({ name }) => name),
    ),
    only: some("only", ids, quick ? ids.filter((id) => !slow.includes(id)) : ids),
    batch: positive("--batch", values.batch ?? workload.batch, Number.isSafeInteger),
    rounds: positive("--rounds", values.rounds ?? (quick ? "3" : "5"), Number.isSafeInteger),
    seconds: positive("--seconds", values.seconds ?? (quick ? "0.3" : "1"), Number.isFinite),
    slowest: positive("--slowest", values.slowest ?? "10", Number.isFinite),
    python: values.python ?? process.env.WEIGHTCAST_PYTHON ?? "python3",
    json: values.json,
  };
}

function parse(args) {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  try {
    return parseArgs({
      args,
      options: {
        workload: text,
        variants: text,
        only: text,
        batch: text,
        rounds: text,
        seconds: text,
        slowest: text,
        quick: flag,
        python: text,
        json: text,
        help: flag,
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** Some of a list, in the list's order. */
function chosen(option, given, all) {
  const names = given.split(",");
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new UsageError(`${option} takes some of ${all.join(", ")}; got ${unknown}`);
  return all.filter((name) => names.includes(name));
}

function positive(option, given, isRight) {
  const value = Number(given);
  if (!isRight(value) || value <= 0)
    throw new UsageError(
      `${option} takes a positive ${isRight === Number.isFinite ? "number" : "integer"}; got ${given}`,
    );
  return value;
}
