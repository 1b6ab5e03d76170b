import { writeSync } from "node:fs";

/**
 * Guard against code that ends the process before a command is finished, as a dictionary's package can by `process.exit(0)` or
 * by a promise that never settles: the exit code is then 1, with a message, and not the one that the code chose.
 * @returns a function that lifts the guard; call it before the process ends on purpose
 */
export function guardExit(): () => void {
  const fail = () => {
    writeSync(2, "error: the process was ended before the command was finished, perhaps by a package that it loaded\n");
    process.exit(1); // from within an "exit" event: ends at once, so that no later listener changes the code
  };
  process.on("exit", fail);
  return () => void process.off("exit", fail);
}
