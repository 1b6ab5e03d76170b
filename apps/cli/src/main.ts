import { exitCodeOf, exitCodes, messageOf } from "./errors";
import { program } from "./program";
import { roomOf, type World } from "./world";

/**
 * Runs the command that the arguments describe, and prints its error if it fails.
 * @param args arguments after the program's own name
 * @returns the exit code; see `exitCodes`
 */
export async function main(args: readonly string[], world: World): Promise<number> {
  const command = program(world);
  try {
    await command.parseAsync(args, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    const debug = command.opts().debug === true;
    const message = messageOf(error, debug);
    // Help ends as an error without a message, and must not wait for what breaks lines.
    if (message !== "") {
      const { wrap } = await import("./terminal/wrap");
      world.stderr.write(wrap(message, debug ? Number.POSITIVE_INFINITY : roomOf(world.stderr)));
    }
    return exitCodeOf(error);
  }
}
