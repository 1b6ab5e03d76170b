import type { Experiments, Services } from "../services";
import type { World } from "../world";

/** A world that tests hand to the program, and what became of it. */
export interface FakeWorld extends World {
  /** What was written. */
  out(): string;
  err(): string;
  /** What Ctrl-C does. */
  interrupt(): void;
  /** Exit codes that the process was ended with at once. */
  readonly exits: readonly number[];
}

/** What differs from the plain fake world. */
export interface FakeOptions {
  readonly experiments?: Partial<Experiments>;
  readonly probeEngines?: Services["probeEngines"];
  readonly runtime?: Services["runtime"];
  readonly folder?: string;
  readonly environment?: World["environment"];
  /** Width of a terminal; without it, no stream is one. */
  readonly terminal?: number;
  readonly now?: () => number;
}

/** A world whose streams are kept, whose experiments are the real ones but for those given. */
export function fakeWorld(options: FakeOptions = {}): FakeWorld {
  const { experiments = {}, folder = "/nowhere", environment = {}, terminal, now = () => 0 } = options;
  const { probeEngines = async () => [{ engine: "cpu", available: true, detail: "a fake" }] } = options;
  const { runtime = async () => ({ detail: "onnxruntime-node is not installed" }) } = options;
  const text = { out: "", err: "" };
  const listeners = new Set<() => void>();
  const exits: number[] = [];
  const stream = (name: "out" | "err") => ({
    ...(terminal !== undefined && { isTTY: true, columns: terminal }),
    write(part: string) {
      text[name] += part;
    },
  });
  return {
    stdout: stream("out"),
    stderr: stream("err"),
    environment,
    folder,
    invocation: "weightcast",
    now,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: (code) => exits.push(code),
    services: {
      experiments: async () => ({ ...(await import("@weightcast/experiments")), ...experiments }),
      probeEngines,
      startEngine: async () => {
        await (await import("@weightcast/backend")).useEngine("cpu");
      },
      runtime,
    },
    out: () => text.out,
    err: () => text.err,
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    exits,
  };
}
