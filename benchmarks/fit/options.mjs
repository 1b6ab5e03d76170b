import { examples } from "../examples/index.mjs";
import { parseOptions, positive, someOf } from "../lib/arguments.mjs";
import { contenders } from "./contenders.mjs";

const names = examples.map(({ name }) => name);
const ids = contenders.map(({ id }) => id);

export const usage = `usage: npm run bench:fit -- [options]

Trains example models with fit of @weightcast/training and with model.fit of TensorFlow.js, in alternating rounds, and
prints steps per second.

  --models A,B        only these models: ${names.slice(0, 6).join(", ")},
                      ${names.slice(6).join(", ")}
  --only A,B          only these contenders: ${ids.join(", ")} (default: all but plain-wasm)
  --browser           in a headless Chromium: fit with onnxruntime-web, and model.fit with wasm
  --rounds N          turns of each contender (default 5)
  --seconds S         length of a turn (default 1)
  --json FILE         also write the results to this file
  --help              show this help`;

/** Checked options of a command line. */
export function readOptions(args) {
  const text = ["models", "only", "rounds", "seconds", "json"];
  const values = parseOptions(args, { text, flags: ["browser", "help"] });
  const chosen = values.models === undefined ? names : someOf("--models", values.models, names);
  const some = values.browser ? ["weightcast", "wasm"] : ids;
  const only =
    values.only === undefined ? some.filter((id) => id !== "plain-wasm") : someOf("--only", values.only, some);
  return {
    help: values.help ?? false,
    browser: values.browser ?? false,
    json: values.json,
    examples: examples.filter(({ name }) => chosen.includes(name)),
    contenders: contenders.filter(({ id }) => only.includes(id)),
    rounds: positive("--rounds", values.rounds ?? "5", Number.isSafeInteger),
    seconds: positive("--seconds", values.seconds ?? "1", Number.isFinite),
  };
}
