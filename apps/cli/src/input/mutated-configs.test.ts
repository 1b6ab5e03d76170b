import { dictionaries } from "@weightcast/dictionary";
import { type Stream, stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { checkJobs, checkOptions, checkSize, registerBuiltIns } from "@weightcast/runs";
import { identityOf, type RunSpec, runJsonSchema } from "@weightcast/runs/spec";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { asUsage } from "../errors";
import { configIn } from "./config";
import { resolveChecked } from "./config-faults";
import { withPathsFrom } from "./data-input";
import { checkDictionaries } from "./dictionaries";
import { mergeRun, type StructureFlags } from "./run-input";
import type { Unchecked } from "./unchecked";
import { configOf } from "./written-config";

registerBuiltIns();
const accepts = new Ajv2020({ strict: false }).compile(runJsonSchema() as object);

/** Configurations that mutations start from. */
const seeds = [
  "label: wide\ndata: { name: mnist, train: 10000 }\nhidden:\n  - { weights: factorized, units: 500, dictionary: kernel, options: { lengthScale: 2 }, proportion: 0.05, columns: 10 }\n  - { weights: dense, units: 500 }\nactivation: sigmoid\ntraining: { epochs: 20, batchSize: 100, optimizer: sgd, momentum: 0.9, rate: 0.1, schedule: cosine }\nseed: 1\n",
  "data: cifar10\nnetwork:\n  model: convnet\n  layers:\n    conv_1: &a { weights: factorized, dictionary: gaussian, options: { size: 9 }, proportion: 2/9 }\n    conv_2: *a\n    fc_1: { weights: low-rank, proportion: 0.25 }\ntraining: { epochs: 12, weightDecay: 0.001, augment: { crop: 4, flip: true } }\n",
  "hidden: 500,500\ndata: ./images\nuse: ./mine\npretraining: { epochs: 2 }\nseed: -3\n",
  '{ "network": "resnet20", "data": { "folder": "x", "name": "y" }, "training": { "optimizer": "adam" } }\n',
];

/** Values that fit nowhere, or only here. */
const values =
  "~|''|[]|{}|-1|0|1.5|1e308|1e999|.nan|.inf|9007199254740993|true|mnist|500,500|2/0|2/9|mlp|factorized|[1, [2]]|{ a: { b: 1 } }|'\\0'|\"\\x9b\"|__proto__|constructor|*a|*none|!!js/function x|!!binary aGk=|2020-01-01|é😀|- x|? y|<<".split(
    "|",
  );
const keys =
  "__proto__|constructor|toString|hidden|network|layers|hidden_1|use|data|folder|options|size|training|epochs|<<|''|1|null".split(
    "|",
  );
const insertions = [
  "\0",
  "\t",
  "\n",
  "---\n",
  ":",
  ",",
  "{",
  "}",
  "[",
  "]",
  "#",
  "'",
  '"',
  "&a ",
  "*a",
  "\u2028",
  "\uFEFF",
];
const flagSets: readonly StructureFlags[] = [
  {},
  {},
  { method: "SE-Emp" },
  { dictionary: ["kernel"], proportion: 0.1 },
  { hidden: [9, 8] },
  { network: "lenet5" },
  { proportion: 0.5, columns: 2 },
  { data: "stl10", use: ["./b"] },
];

/** Bytes of a configuration after a few mutations. */
function mutated({ uint32 }: Stream): Uint8Array {
  const below = (count: number) => uint32() % count;
  const one = <T>(list: readonly T[]) => list[below(list.length)]!;
  let text = one(seeds);
  for (let i = 1 + below(2); i > 0; i--) {
    const at = below(text.length + 1);
    const end = Math.min(text.length, at + 1 + below(12));
    const changes = [
      () => text.slice(0, at) + text.slice(end), // cut
      () => text.slice(0, at) + one(insertions) + text.slice(at),
      () => text.slice(0, end) + text.slice(at, end).repeat(1 + below(20)) + text.slice(end),
      () => text.replace(new RegExp(`^([^]{${at}}[^]*?: *)[^,}\\]\\n]*`), (_, before) => before + one(values)),
      () => text.replace(new RegExp(`^([^]{${at}}[^]*?)\\w+(?=:)`), (_, before) => before + one(keys)),
      () => `${text}${one(keys)}: ${one(values)}\n`,
    ];
    text = one(changes)();
  }
  const bytes = Buffer.from(text, below(20) === 0 ? "utf16le" : "utf8");
  if (below(20) === 0 && bytes.length > 0) bytes[below(bytes.length)] = below(256);
  return bytes;
}

async function runIn(bytes: Uint8Array, file: string, flags: StructureFlags): Promise<RunSpec> {
  const input = withPathsFrom(await configIn(bytes, file), "/home/me/configs", "/home/me");
  const spec = resolveChecked(mergeRun(input, flags, []), file);
  checkDictionaries(spec, dictionaries.names());
  if (Object.keys(flags).length === 0) expect(accepts(input), JSON.stringify([input, accepts.errors])).toBe(true);
  return spec;
}

const rawErrors =
  /Cannot (read|convert|destructure)|is not (a function|iterable|defined)|call stack|Invalid (array|string|time)|\[object/;
const count = sweep(300);

test(`${count} mutated configurations are valid runs or coded errors, within a second each`, async () => {
  const random = stream(13, "mutated configurations");
  const tally = { valid: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const bytes = mutated(random);
    const flags = flagSets[random.uint32() % flagSets.length]!;
    const what = `${i}: ${JSON.stringify([Buffer.from(bytes).toString(), flags])}`;
    const started = process.cpuUsage();
    let spec: RunSpec | undefined;
    try {
      spec = await runIn(bytes, i % 7 === 0 ? "run.json" : "run.yaml", flags);
      await asUsage(async () => {
        checkSize(spec!);
        checkJobs([spec!, spec!], 2);
        await checkOptions([spec!]);
      });
      tally.valid++;
    } catch (error) {
      expect(error, what).toMatchObject({ code: "USAGE" });
      expect((error as Error).message, what).not.toMatch(rawErrors);
      expect((error as Error).message.length, what).toBeLessThan(4000);
      tally.refused++;
    }
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6, what).toBeLessThan(1);
    if (!spec) continue;
    const again = resolveChecked(configOf(spec, "/home/me") as Unchecked, "printed");
    expect(identityOf(again, ""), what).toBe(identityOf(spec, ""));
  }
  expect(tally.valid).toBeGreaterThan(count / 30);
  expect(tally.refused).toBeGreaterThan(count / 5);
  if (count > 300) console.log(tally);
}, 3_600_000);
