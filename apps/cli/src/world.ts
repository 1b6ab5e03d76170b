import { relative } from "node:path";
import { masked } from "@weightcast/types";
import type { Services } from "./services";

/** Stream for text. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width in characters. */
  readonly columns?: number;
}

/** Width in which tables and texts must fit: that of a terminal; logs and pipes take any. */
export const roomOf = ({ columns }: Output): number => columns ?? Number.POSITIVE_INFINITY;

/** Signals that interrupt work. */
const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Signal that interrupts work. SIGHUP: the terminal was closed. */
export type Interruption = (typeof interruptions)[number];

/** Everything outside the program that commands use. Tests pass in their own. */
export interface World {
  /** Stream for results. */
  readonly stdout: Output;
  /** Stream for progress, notes and errors. */
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Start of the command line, up to the arguments: "weightcast", "node dist/weightcast.js". */
  readonly invocation: string;
  /** Milliseconds since a fixed moment. */
  now(): number;
  /** Calls `listener` for each interruption (Ctrl-C, a terminal that closes) until the returned function is called. */
  onInterrupt(listener: (signal: Interruption) => void): () => void;
  /** Asks a question that is answered by y or n; absent unless a user sits at a terminal. Anything but y is a no. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Ends the process immediately. */
  exit(code: number): void;
  readonly services: Services;
}

/**
 * World of the running process.
 * @param exit ends the process
 */
export function processWorld(services: Services, exit: (code: number) => void = (code) => process.exit(code)): World {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    folder: process.cwd(),
    invocation: invocationOf(process.argv[1] ?? "weightcast", process.cwd(), process.env),
    now: () => performance.now(),
    onInterrupt(listener) {
      for (const signal of interruptions) process.on(signal, listener);
      return () => {
        for (const signal of interruptions) process.off(signal, listener);
      };
    },
    ...(process.stdin.isTTY && process.stderr.isTTY && { confirm }),
    exit,
    services,
  };
}

async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>((resolve) => {
      terminal.once("close", () => resolve("")); // Ctrl-C or Ctrl-D
      terminal.question(question, resolve);
    });
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    terminal.close();
  }
}

/** Words that start this program again. @param script absolute path that Node runs */
export function invocationOf(script: string, folder: string, environment: World["environment"]): string {
  if (environment.npm_command === "exec") return "npx weightcast";
  if (!script.endsWith(".js")) return "weightcast";
  const path = relative(folder, script);
  return `node ${path.startsWith("..") ? script : path}`;
}

/** Arguments without `--force`: a command that is repeated goes on with what it has done. */
const toRepeat = (args: readonly string[]): readonly string[] => args.filter((arg) => arg !== "--force");

/**
 * Command that repeats what started this process, quoted for a shell; a password in an address is left out. A wrapper with a name of its own, such as `npm start`, sets it in
 * WEIGHTCAST_COMMAND.
 */
export function commandLine({ environment, invocation }: World, args: readonly string[]): string {
  return masked(environment.WEIGHTCAST_COMMAND ?? [invocation, ...toRepeat(args).map(quote)].join(" "));
}

const quote = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
