import { relative } from "node:path";
import type { Services } from "./services";

/** Where text goes. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width in characters. */
  readonly columns?: number;
}

/** What the commands touch of the world around them. Tests hand in another. */
export interface World {
  /** For results. */
  readonly stdout: Output;
  /** For progress, notes and errors. */
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly folder: string;
  /** How this program was called, up to its arguments: "weightcast", "node dist/weightcast.js". */
  readonly invocation: string;
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls `listener` at each interruption (Ctrl-C) until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
  readonly services: Services;
}

/** The process's own world. */
export function processWorld(services: Services): World {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    folder: process.cwd(),
    invocation: invocationOf(process.argv[1] ?? "weightcast", process.cwd(), process.env),
    now: () => performance.now(),
    onInterrupt(listener) {
      const signals = ["SIGINT", "SIGTERM"] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    exit: (code) => process.exit(code),
    services,
  };
}

/** What a person types to get here again. @param script the absolute path that Node was given */
export function invocationOf(script: string, folder: string, environment: World["environment"]): string {
  if (environment.npm_command === "exec") return "npx weightcast";
  if (!script.endsWith(".js")) return "weightcast";
  const path = relative(folder, script);
  return `node ${path.startsWith("..") ? script : path}`;
}
