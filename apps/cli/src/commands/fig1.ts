import { mkdir, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { ErrorCurve, Fig1Kernel, Fig1Network, Fig1Result, RunEvent } from "@weightcast/experiments";
import { type Command, Option } from "commander";
import { commandLine } from "../command-line";
import { asUsage, hasCode, usageError } from "../errors";
import { count, counted, percent } from "../format";
import { interruptible } from "../interrupt";
import { dataNames } from "../names";
import { integer, namesOf, number, setOf } from "../parse";
import { liveView } from "../progress/live";
import { plainView } from "../progress/plain";
import { dataOf } from "../run-input";
import { table } from "../table";
import type { World } from "../world";
import { addRunnerOptions, type RunnerOptions } from "./run-options";

/* Names and defaults for the help: fig1.test.ts holds them against their owner, which loads TensorFlow.js. */
export const fig1NetworkNames = ["mnist", "cifar"] as const;
export const fig1KernelNames = [
  "squared-exponential",
  "exponential",
  "matern-3/2",
  "matern-5/2",
  "rational-quadratic",
  "covariance",
] as const;
export const fig1Scales = [0.5, 1, 1.5, 2, 3, 5, 8] as const;

interface Flags extends RunnerOptions {
  readonly networks?: Fig1Network[];
  readonly data?: string;
  readonly dataName?: string;
  readonly epochs?: number;
  readonly train?: number;
  readonly weightDecay?: number;
  readonly kernels?: Fig1Kernel[];
  readonly lengthScales?: number[];
  readonly ridge: number;
  readonly share: number;
  readonly subsets: number;
  readonly seed: number;
}

/** `weightcast reproduce fig1` */
export function addFig1(reproduce: Command, world: World): void {
  const command = reproduce
    .command("fig1")
    .summary("Figure 1: trained filters predicted from a few of their pixels")
    .description(
      "Figure 1: trains a dense network on MNIST and the paper's convolutional network on CIFAR-10, keeps some pixels of each " +
        "first-layer filter at random, and predicts the others by kernel ridge regression. Prints the error by the share of " +
        "the pixels kept, per kernel, and writes a report with pictures. Filters that are trained already are kept in --folder.",
    )
    .addOption(
      new Option("--networks <names>", "mnist, cifar, or both between commas (default: mnist,cifar)").argParser(
        namesOf("network", fig1NetworkNames),
      ),
    )
    .addOption(
      new Option(
        "--data <name>",
        `images of the cifar network: ${dataNames.slice(1).join(", ")}, or a folder (default: cifar10, downloaded)`,
      ),
    )
    .addOption(
      new Option(
        "--data-name <name>",
        "what results on the images of a folder are called (default: the folder's name)",
      ),
    )
    .addOption(new Option("--epochs <n>", "passes over the training images (default: 10)").argParser(integer(1)))
    .addOption(new Option("--train <n>", "training images, a seeded choice (default: all)").argParser(integer(1)))
    .addOption(
      new Option(
        "--weight-decay <x>",
        "fades the random first weights, which nothing predicts; fewer images need more of it, or more epochs (default: 0.0005 of mnist, 0.004 of cifar)",
      ).argParser(number),
    )
    .addOption(
      new Option("--kernels <names>", `some of ${fig1KernelNames.join(", ")} (default: all)`).argParser(
        namesOf("kernel", fig1KernelNames),
      ),
    )
    .addOption(
      new Option(
        "--length-scales <list>",
        `in pixels: of these each kernel takes the best, beside the paper's 1 (default: ${fig1Scales.join()})`,
      ).argParser(setOf(number)),
    )
    .addOption(new Option("--ridge <x>", "lambda of the regression").argParser(number).default(1e-3))
    .addOption(
      new Option("--share <p>", "share of the pixels kept in the pictures, and that length scales are chosen at")
        .argParser(number)
        .default(0.25),
    )
    .addOption(new Option("--subsets <n>", "random subsets of the pixels").argParser(integer(1)).default(3))
    .addOption(new Option("--seed <n>", "decides the training and the pixels").argParser(integer()).default(1));
  addRunnerOptions(command, "reports/fig1.html")
    .addHelpText("after", examples)
    .action((flags: Flags) => show(flags, commandLine(world, reproduce.parent!.args), world));
}

async function show(flags: Flags, command: string, world: World): Promise<void> {
  const { checkMeasure, fig1, nameOf, renderFig1, runFig1, startLeft } = await world.services.experiments();
  const { networks, data, dataName, epochs, train, weightDecay, seed } = flags;
  const { kernels, lengthScales, ridge, share, subsets } = flags;
  const measuring = { ridge, share, subsets, seed, ...(kernels && { kernels }), ...(lengthScales && { lengthScales }) };
  if ((data !== undefined || dataName !== undefined) && networks?.includes("cifar") === false)
    throw usageError(
      `--${data === undefined ? "data-name" : "data"} is for the cifar network, which is not among --networks ${networks.join()}; add cifar, or leave it out`,
    );
  const specs = await asUsage(() => {
    checkMeasure(measuring);
    return fig1({
      seed,
      ...(networks && { networks }),
      ...(epochs !== undefined && { epochs }),
      ...(train !== undefined && { train }),
      ...(weightDecay !== undefined && { weightDecay }),
      ...((data !== undefined || dataName !== undefined) && { cifar: dataOf(data ?? "cifar10", dataName) }),
    });
  });
  const { engine, execution, folder, report, json } = flags;
  const labels = specs.map(nameOf);
  const view = world.stderr.isTTY ? liveView(world, labels) : plainView(world, labels);
  const results = await interruptible(
    world,
    () => view.note("Stopping after the steps under way; Ctrl-C again leaves at once."),
    (signal) =>
      runFig1(specs, {
        ...measuring,
        folder: resolve(world.folder, folder),
        engine,
        execution,
        signal,
        onEvent(event) {
          const note = noteOf(event);
          if (note !== undefined) view.note(note);
          view.on(event);
        },
        onMeasure(spec, { done, of, what }) {
          if (done < of) view.note(`${nameOf(spec)}: predicting by ${what}, ${done + 1} of ${of}`);
        },
      }),
  )
    .catch((error: unknown) => {
      if (!hasCode(error, "INTERRUPTED")) throw error;
      const again = new Error(`interrupted. What is done is kept in ${folder}; to go on:\n\n  ${command}\n`);
      throw Object.assign(again, { code: "INTERRUPTED" });
    })
    .finally(() => view.stop());

  const path = report === undefined ? undefined : resolve(world.folder, report);
  if (path !== undefined) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(
      path,
      renderFig1(results, { title: "Figure 1: trained filters predicted from a few pixels", command }),
    );
  }
  if (json) {
    const document = {
      command,
      folder,
      report: path ?? null,
      networks: results.map((result) => resultJson(result, startLeft(result.record.spec, result.steps))),
    };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  for (const result of results)
    world.stdout.write(`\n${resultText(result, startLeft(result.record.spec, result.steps))}`);
  if (path !== undefined) world.stdout.write(`\nReport: ${relative(world.folder, path)}\n`);
}

function noteOf(event: RunEvent): string | undefined {
  if (event.type === "start") return `Engine: ${event.engine.reason}`;
  if (event.type !== "execution" || event.execution.execution === "compiled") return undefined;
  return `Steps: eager, several times slower than compiled${event.execution.reason ? `: ${event.execution.reason}` : "."}`;
}

/** What `--json` tells of a network. */
const resultJson = ({ record, filters, steps, errors }: Fig1Result, left: number) => ({
  id: record.id,
  network: record.spec.label,
  data: record.spec.data.name,
  testError: record.result.testError,
  seconds: record.result.seconds,
  steps,
  startLeft: left,
  filters: { domain: filters.domain, channels: filters.channels, count: filters.count },
  ...errors,
  engine: record.engine.engine,
  spec: record.spec,
});

/** Shares of the table, besides the one of the pictures. */
const columns = [0.01, 0.05, 0.1, 0.25, 0.5];

/** A network's errors as a table. */
function resultText({ record, filters, errors }: Fig1Result, left: number): string {
  const { given, best, baselines, share, ridge, subsets } = errors;
  const rows = [...given, ...best.filter((curve) => !given.includes(curve)), ...baselines];
  const shares = [...new Set([...columns, share])].sort((a, b) => a - b);
  const cell = ({ points }: ErrorCurve, wanted: number) => {
    const { mean, sd } = points.find((point) => point.share === wanted)!.error;
    return `${mean.toFixed(3)}${sd === undefined ? "" : ` ± ${sd.toFixed(3)}`}`;
  };
  const grid = [...filters.domain, ...(filters.channels > 1 ? [filters.channels] : [])].join("×");
  return `${record.spec.data.name}: ${counted(filters.count, "filter")} of ${grid}, test error ${percent(record.result.testError)}%
${table<ErrorCurve>(
  [
    { heading: "predicted by", align: "left", of: ({ predictor }) => predictor },
    { heading: "length", of: ({ lengthScale }) => `${lengthScale ?? ""}` },
    ...shares.map((part) => ({ heading: `${count(100 * part)}%`, of: (curve: ErrorCurve) => cell(curve, part) })),
  ],
  rows,
)}Normalized mean squared error by the share of the pixels kept, ${subsets > 1 ? `mean ± standard deviation over ${subsets} random subsets` : "one random subset"}; lambda ${ridge}.
Weight decay has left ${percent(left, 1)}% of the random first weights, which nothing predicts.
`;
}

const examples = `
Examples:
  $ weightcast reproduce fig1 --networks mnist                      MNIST alone: no download, a minute or two
  $ weightcast reproduce fig1                                       and CIFAR-10, downloaded once
  $ weightcast reproduce fig1 --data ./cifar-10-batches-bin         its files in a folder
  $ weightcast reproduce fig1 --share 0.1                           pictures from a tenth of the pixels
  $ weightcast reproduce fig1 --kernels exponential --ridge 0.1     one kernel, another ridge
  $ weightcast reproduce fig1 --json > fig1.json                    for other programs
`;
