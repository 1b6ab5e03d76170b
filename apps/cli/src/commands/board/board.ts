import { type Command, Option } from "commander";
import { integer } from "../../input/parse";
import type { World } from "../../world";
import type { BoardFlags } from "./flags";

/** `weightcast board`: shows runs live in a browser. Its code is loaded when it runs, so that help is fast. */
export function addBoard(parent: Command, world: World): void {
  parent
    .command("board")
    .summary("watch runs in a browser")
    .description(
      "Shows the runs of a folder in a browser, live: progress, curves of loss and error, first-layer filters as they form; comparison of " +
        "chosen runs, settings, reports. It prints the address of a page on this machine, which nobody else can open, and runs until " +
        "it is stopped. It only reads: trainings need no board, and go on without it.",
    )
    .argument("[folder]", "folder of the record (default: WEIGHTCAST_FOLDER, or runs)")
    .addOption(new Option("--port <n>", "port of the page (default: a free one)").argParser(integer(1)))
    .addHelpText("after", examples)
    .action(async (folder: string | undefined, flags: BoardFlags) => {
      const { showBoard } = await import("./show-board");
      await showBoard(folder, flags, world);
    });
}

const examples = `
Examples:
  $ weightcast board                              the runs in the folder runs
  $ weightcast board sweeps/rates --port 8080
  $ ssh -L 8080:127.0.0.1:8080 HOST               from another machine: then open the address that is printed there
`;
