import { readFileSync } from "node:fs";
import { figures } from "@weightcast/experiments";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { main } from "./main";
import { program } from "./program";
import { fakeWorld } from "./testing/world";

const run = async (...args: string[]) => {
  const world = fakeWorld();
  const code = await main(args, world);
  return { code, out: world.out(), err: world.err() };
};

/** A command and all commands below it, each with its words on the command line. */
const walk = (command: Command, path = command.name()): [string, Command][] => [
  [path, command],
  ...command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`)),
];

describe("the help", () => {
  const commands = walk(program(fakeWorld()));

  test("has every command", () => {
    expect(commands.map(([path]) => path)).toEqual([
      "weightcast",
      "weightcast train",
      "weightcast predict",
      "weightcast evaluate",
      "weightcast inspect",
      "weightcast compress",
      "weightcast quantize",
      "weightcast adapt",
      "weightcast merge",
      "weightcast export",
      "weightcast reproduce",
      ...figures.map(({ name }) => `weightcast reproduce ${name}`),
      "weightcast sweep",
      "weightcast worker",
      "weightcast runs",
      ...["list", "show", "compare", "export", "report", "rm", "tag"].map((name) => `weightcast runs ${name}`),
      "weightcast board",
      "weightcast dictionary",
      "weightcast dictionary list",
      "weightcast dictionary show",
      "weightcast dictionary check",
      "weightcast data",
      "weightcast data list",
      "weightcast data show",
      "weightcast schema",
      "weightcast doctor",
    ]);
  });

  test.each(commands)("of %s describes it, its arguments and options", (path, command) => {
    expect(command.description(), path).not.toBe("");
    for (const { flags, description } of command.options) expect(description, flags).not.toBe("");
    for (const argument of command.registeredArguments) expect(argument.description).not.toBe("");
    const flags = command.options.map((option) => option.long);
    expect(new Set(flags).size).toBe(flags.length);
  });

  test("is printed on stdout, with exit code 0", async () => {
    const { code, out, err } = await run("--help");
    expect([code, err]).toEqual([0, ""]);
    for (const part of ["Examples:", "Exit codes:", "Environment:", "130", "NO_COLOR", "WEIGHTCAST_CACHE"])
      expect(out).toContain(part);
    const train = await run("train", "--help");
    expect(train.code).toBe(0);
    for (const part of ["--method <name>", "SE-Emp", "(default: 10)", "training: { epochs: 20", "WEIGHTCAST_ENGINE"])
      expect(train.out).toContain(part);
  });

  test("every example is a valid command line", () => {
    for (const [path, command] of commands) {
      let text = "";
      const writeOut = (part: string) => {
        text += part;
      };
      command.configureOutput({ writeOut }).outputHelp();
      for (const [, line] of text.matchAll(/^ {2}\$ weightcast (.*?)(?: {2,}.*| > .*)?$/gm)) {
        const words = line!.split(" ");
        const [, target] = walk(program(fakeWorld())).findLast(([known]) =>
          `weightcast ${words.join(" ")} `.startsWith(`${known} `),
        )!;
        const flags = words.filter((word) => word.startsWith("--"));
        const known = target.options.map(({ long }) => long);
        for (const flag of flags) expect(known, `${path}: ${line}`).toContain(flag);
      }
    }
  });

  test("has colors only on a terminal", async () => {
    expect((await run("--help")).out).not.toContain("\u001B[");
    const terminal = fakeWorld({ terminal: 100 });
    await main(["--help"], terminal);
    expect(terminal.out()).toContain("\u001B[1mUsage:");
  });
});

describe("exit codes", () => {
  test.each([
    [["--version"], 0, /^\d+\.\d+\.\d+/],
    [["trian"], 2, /unknown command 'trian'\n\(Did you mean train\?\)/],
    [["train", "--epoch", "3"], 2, /unknown option '--epoch'\n\(Did you mean --epochs\?\)/],
    [["train", "--epochs", "x"], 2, /'--epochs <n>' argument 'x' is invalid. It must be an integer/],
    [["train", "--engine", "wams"], 2, /did you mean wasm\?/],
    [["train", "--method", "SEEmp"], 2, /did you mean SE-Emp\?/],
    [["train", "a.yaml", "b.yaml"], 2, /too many arguments/],
    [["reproduce", "fig7"], 2, /Did you mean one of fig\d/],
    [["reproduce", "fig5", "--methods", "SE,DTC"], 2, /did you mean DCT\?/],
    [
      ["reproduce", "fig5", "--proportion", "1.5"],
      2,
      /^error: option '--proportion <list>' argument '1\.5' is invalid/,
    ],
    [["reproduce", "fig5", "--data-name", "mine"], 2, /--data-name names the images of a folder; add --data/],
    [["reproduce", "fig4", "--methods", "nokernel,RandCom"], 2, /did you mean RandCon\?/],
    [["dictionary", "show"], 2, /missing required argument 'name'/],
    [[], 2, /Usage: weightcast/],
  ])("%j: %i", async (args, expected, message) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(expected);
    expect(expected === 0 ? out : err).toMatch(message);
    expect(expected === 0 ? err : out).toBe("");
  });
});

test("--debug prints the stack of an error, anywhere on the line", async () => {
  const { code, err } = await run("train", "nowhere.yaml", "--debug");
  expect(code).toBe(2);
  expect(err).toMatch(/Error: nowhere\.yaml: does not exist.*\n +at /s);
  expect((await run("train", "nowhere.yaml")).err).toBe(
    "error: nowhere.yaml: does not exist; name a YAML or JSON file\n",
  );
});

test("the README has every command", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  for (const [path, command] of walk(program(fakeWorld())))
    if (command.commands.length === 0) expect(readme).toContain(`| \`${path}`);
});
