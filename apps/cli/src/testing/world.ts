import { figures as realFigures } from "@weightcast/experiments";
import { type Report, type Runs, type Services, services } from "../services";
import type { Interruption, World } from "../world";

/** World for tests of the program, with a record of what happened in it. */
export interface FakeWorld extends World {
  /** Text on stdout. */
  out(): string;
  /** Text on stderr. */
  err(): string;
  /** Interrupts as Ctrl-C does, or by another signal. */
  interrupt(signal?: Interruption): void;
  /** Exit codes with which the process was ended immediately. */
  readonly exits: readonly number[];
}

/** Differences from the plain fake world. */
export interface FakeOptions {
  readonly figures?: Services["figures"];
  readonly runs?: Partial<Runs>;
  readonly report?: Partial<Report>;
  readonly probeEngines?: Services["probeEngines"];
  readonly runtime?: Services["runtime"];
  readonly folder?: string;
  readonly environment?: World["environment"];
  /** Width of a terminal; without it, no stream is a terminal. */
  readonly terminal?: number;
  readonly now?: () => number;
  /** Answer of a user at the terminal; without it, nobody can be asked. */
  readonly confirm?: World["confirm"];
}

/** World whose streams are recorded, and whose services are the real ones except for the given functions. */
export function fakeWorld(options: FakeOptions = {}): FakeWorld {
  const { figures, runs = {}, report = {} } = options;
  const { folder = "/nowhere", environment = {}, terminal, now = () => 0 } = options;
  const { confirm } = options;
  const { probeEngines = async () => [{ engine: "cpu", available: true, detail: "a fake" }] } = options;
  const { runtime = async () => ({ detail: "onnxruntime-node is not installed" }) } = options;
  const text = { out: "", err: "" };
  const listeners = new Set<(signal: Interruption) => void>();
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
    ...(confirm && { confirm }),
    exit: (code) => exits.push(code),
    services: {
      figures: figures ?? realFigures,
      runs: async () => ({ ...(await import("@weightcast/runs")), ...runs }),
      report: async () => ({ ...(await import("@weightcast/report")), ...report }),
      record: services.record,
      queue: services.queue,
      store: services.store,
      board: services.board,
      files: services.files,
      recognize: services.recognize,
      probeEngines,
      startEngine: async () => {
        await (await import("@weightcast/backend")).useEngine("cpu");
      },
      runtime,
    },
    out: () => text.out,
    err: () => text.err,
    interrupt: (signal = "SIGINT") => {
      for (const listener of listeners) listener(signal);
    },
    exits,
  };
}
