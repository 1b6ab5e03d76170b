import type { Command } from "commander";
import { failure } from "../../errors";
import { colorsFor } from "../../terminal/colors";
import { counted } from "../../terminal/format";
import { roomOf, type World } from "../../world";
import type { Finding } from "./checkup";

/** `weightcast doctor`: a check of everything that training needs. */
export function addDoctor(parent: Command, world: World): void {
  parent
    .command("doctor")
    .summary("check that everything is installed that training needs")
    .description(
      "Checks Node, the engines, the libraries, the data and the folders that runs write to. " +
        "The exit code is 1 if something is missing that training needs.",
    )
    .option("--json", "print one JSON document")
    .action(async ({ json }: { json?: true }) => {
      const { findings } = await import("./checkup");
      const { hanging } = await import("../../terminal/wrap");
      const found = await findings(world);
      const problems = found.filter(({ state }) => state === "problem");
      world.stdout.write(
        json
          ? `${JSON.stringify({ ok: problems.length === 0, findings: found }, null, 2)}\n`
          : lines(found, world, hanging),
      );
      if (problems.length > 0)
        throw failure(`${counted(problems.length, "problem")}: ${problems.map(({ what }) => what).join(", ")}`);
    });
}

/** Findings, one per line, each with its remedy. */
function lines(
  found: readonly Finding[],
  { stdout, environment }: World,
  hanging: (text: string, indent: number, columns: number) => string,
): string {
  const { green, red, yellow } = colorsFor(stdout, environment);
  const marks = { ok: green("✓"), missing: yellow("–"), problem: red("✗") };
  const width = Math.max(...found.map(({ what }) => what.length));
  return found
    .map(({ state, what, detail, remedy }) => {
      const text = hanging(remedy === undefined ? detail : `${detail}\n${remedy}`, width + 4, roomOf(stdout));
      return `${marks[state]} ${what.padEnd(width)}  ${text}\n`;
    })
    .join("");
}
