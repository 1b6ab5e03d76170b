import { exitCodeOf, exitCodes, messageOf } from "./errors";
import { program } from "./program";
import type { World } from "./world";

/**
 * Does what the arguments say and prints what went wrong.
 * @param args those after the program's own name
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
