import { exitCodeOf, exitCodes, messageOf } from "./errors";
import { program } from "./program";
import type { World } from "./world";

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
    world.stderr.write(messageOf(error, command.opts().debug === true));
    return exitCodeOf(error);
  }
}
