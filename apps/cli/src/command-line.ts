import type { World } from "./world";

/**
 * The command that this process was called with, to be pasted into a shell.
 * A wrapper that has a name of its own (`npm start`) gives it in WEIGHTCAST_COMMAND.
 */
export function commandLine({ environment, invocation }: World, args: readonly string[]): string {
  return environment.WEIGHTCAST_COMMAND ?? [invocation, ...args.map(quote)].join(" ");
}

const quote = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
