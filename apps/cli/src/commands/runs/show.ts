import type { ListedRun } from "@weightcast/runs/record";
import { errorNameOf, errorValue, kindOf, nameOf, scoreOf } from "@weightcast/runs/spec";
import { printable } from "@weightcast/types";
import { bytes, count, duration, percent } from "../../terminal/format";
import { pairs, table } from "../../terminal/table";
import type { World } from "../../world";
import type { RecordFlags } from "./flags";
import { runRow } from "./list";
import { selected } from "./selected";

/** `weightcast runs show`: everything about runs. */
export async function showRuns(words: readonly string[], flags: RecordFlags, world: World): Promise<void> {
  const { runs } = await selected(words, flags.folder, world);
  if (flags.json) {
    const rows = await Promise.all(
      runs.map(async (run) => ({ ...(await runRow(run, world)), ...withoutPictures(run) })),
    );
    world.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const { specFields } = await world.services.record();
  for (const run of runs) {
    const settings = specFields(run).map(([path, value]) => [path, printable(String(value))] as const);
    world.stdout.write(
      `${printable(nameOf(run.end.spec))}\n\n${factsOf(run, world)}\n${pairs(settings)}\n${historyOf(run)}`,
    );
  }
}

/** Result and software of a run, in full except for the pictures. */
function withoutPictures({ end }: ListedRun) {
  const { engine } = end;
  if (!("result" in end)) return { engine };
  const { filters: _, ...result } = end.result;
  return {
    engine,
    ...(end.execution && { execution: end.execution }),
    ...(end.threads && { threads: end.threads }),
    result,
  };
}

function factsOf({ end, tags }: ListedRun, { stdout }: World): string {
  const common: readonly (readonly [string, string])[] = [
    ["id", end.id],
    ["finished", end.finished],
    ...(tags.length > 0 ? [["tags", tags.join(", ")] as const] : []),
    ["engine", end.engine.version],
  ];
  if (!("result" in end))
    return pairs([...common, ["failed", `${end.failure.code}: ${printable(end.failure.message)}`]], stdout.columns);
  const { result, execution, threads } = end;
  const kind = kindOf(result);
  const { account } = result;
  return pairs(
    [
      ...common,
      ...(execution?.runtime === undefined ? [] : [["runtime", execution.runtime] as const]),
      ...(threads ? [["threads", threads.join(", ")] as const] : []),
      [errorNameOf([end.spec], kind), errorValue(scoreOf(result), kind)],
      ["loss", `${result.testLoss.toFixed(4)}, of training ${result.trainLoss.toFixed(4)}`],
      [
        "learned",
        `${percent(account.proportion)}%: ${count(account.dynamic)} of ${count(account.dense)} predictable weights`,
      ],
      ["stored U", count(account.stored)],
      ["file", bytes(result.bytes)],
      ["time", `${duration(result.seconds)}, ${result.stepsPerSecond.toFixed(0)} steps/s`],
    ].map(([name, value]) => [name!, printable(value!)] as const),
    stdout.columns,
  );
}

function historyOf({ end }: ListedRun): string {
  if (!("result" in end)) return "";
  const kind = kindOf(end.result);
  return `${table(
    [
      { heading: "epoch", of: ({ epoch }) => `${epoch}` },
      { heading: "loss", of: ({ loss }) => loss.toFixed(4) },
      { heading: errorNameOf([end.spec], kind), of: (errors) => errorValue(scoreOf(errors), kind) },
    ],
    end.result.history,
  )}\n`;
}
