import { workloads } from "../workloads/index.mjs";
import { parseOptions, positive, someOf, UsageError } from "./arguments.mjs";
import { contenders } from "./contenders.mjs";

const ids = contenders({}).map(({ id }) => id);
/** Contenders that take long to start or to take a step. */
const slow = ["torch-compile", "tfjs-plain-wasm", "tfjs-cpu"];

export const usage = `usage: npm run bench -- [options]

Trains the same network with Weightcast and with its peers, in alternating rounds, and prints steps per second.

  --workload NAME     network to train: ${Object.keys(workloads).join(", ")} (default mlp)
  --variants A,B      only these variants of it: ${Object.values(workloads)
    .map(({ variants }) => variants.map(({ name }) => name).join(", "))
    .join("; ")}
  --only A,B          only these contenders: ${ids.slice(0, 5).join(", ")},
                      ${ids.slice(5).join(", ")}
  --batch N           samples per mini-batch (default ${Object.values(workloads)
    .map(({ name, batch }) => `${batch} for ${name}`)
    .join(", ")})
  --rounds N          turns of each contender (default 5)
  --seconds S         length of a turn (default 1)
  --slowest S         skip contenders whose steps take longer (default 10 seconds)
  --quick             3 rounds of 0.3 s, without ${slow.join(", ")}
  --python PATH       Python with the peers (default $WEIGHTCAST_PYTHON, else python3)
  --json FILE         also write the results to this file
  --help              show this help`;

/** Checked options of a command line. */
export function readOptions(args) {
  const values = parseOptions(args, {
    text: ["workload", "variants", "only", "batch", "rounds", "seconds", "slowest", "python", "json"],
    flags: ["quick", "help"],
  });
  if (values.help) return { help: true };
  const { quick = false } = values;
  const workload = workloads[values.workload ?? "mlp"];
  if (!workload)
    throw new UsageError(`--workload takes one of ${Object.keys(workloads).join(", ")}; got ${values.workload}`);
  const some = (option, all, preset = all) =>
    values[option] === undefined ? preset : someOf(`--${option}`, values[option], all);
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
