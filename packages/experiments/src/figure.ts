import type { EngineName } from "@weightcast/backend";
import type { Comparison } from "@weightcast/report/claims";
import type { ExecutionChoice, RunEvent, RunSpec } from "@weightcast/runs";

/** Experiment as data: the command line makes `weightcast reproduce NAME` from it. */
export interface Figure {
  /** Name of the command and of the report's file: "fig4". */
  readonly name: string;
  /** Title of the report. */
  readonly title: string;
  /** Line in lists of commands. */
  readonly summary: string;
  readonly description: string;
  /** Commands to try: arguments after `weightcast reproduce NAME`, and what they do. */
  readonly examples: readonly (readonly [args: string, what: string])[];
  /** All options in the order of the help, except those that every command with runs has: engine, execution, folder, report, json. */
  readonly options: readonly FigureOption[];
  /**
   * Runs of the figure.
   * @throws RangeError for values that make no run
   */
  runs(values: FigureValues): RunSpec[];
  /** Curves and claims that the report compares the runs with. */
  readonly comparison?: Comparison;
  /** Whether the report cites another recorded run on the same images. @default none is cited */
  readonly beside?: (spec: RunSpec) => boolean;
  /** Measurements of a figure that needs more than its runs; loaded when needed. */
  readonly study?: () => Promise<Study>;
}

/** Option of a figure. */
export interface FigureOption {
  /** Key in {@link FigureValues}, in camel case: "lengthScales". */
  readonly name: string;
  /** Flag on the command line: "--length-scales <list>". */
  readonly flag: string;
  readonly description: string;
  /** Default in words, for the help: "0.05; with --full the paper's 20". */
  readonly default?: string;
  /** How the text after the flag is read. */
  readonly value:
    | { readonly kind: "flag"; readonly conflicts?: string }
    | { readonly kind: "integer"; readonly least?: number; readonly initial?: number }
    | { readonly kind: "number"; readonly initial?: number }
    /** Between commas, each once; shares are in (0, 1], numbers or fractions such as 2/9. */
    | { readonly kind: "integers" | "numbers" | "shares" }
    /** Between commas, each known, each once. @param what kind of name, for messages: "method" */
    | { readonly kind: "names"; readonly what: string; readonly known: readonly string[] }
    /** Name of a published data set, or a folder; read together with `dataName` as { name?, folder? }. */
    | { readonly kind: "data" }
    | { readonly kind: "text" };
}

/** Values of a figure's options by name; absent if not given. */
export type FigureValues = Readonly<Record<string, unknown>>;

/** Measurements of a figure that needs more than its runs. */
export interface Study {
  /** @throws RangeError for values out of range, before anything is trained */
  check(values: FigureValues): void;
  /** What a study without runs would do, in lines, for `--dry-run`. */
  plan?(values: FigureValues): readonly string[];
  /** @throws InterruptedError once the signal is aborted */
  run(specs: readonly RunSpec[], context: StudyContext): Promise<StudyResult>;
}

/** Surroundings of a study. */
export interface StudyContext {
  readonly values: FigureValues;
  /** Folder of the record, and of what the study keeps. */
  readonly folder: string;
  readonly engine: EngineName | "auto";
  readonly execution: ExecutionChoice;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Called with a line about the progress. */
  readonly onNote: (text: string) => void;
}

/** Results of a study. */
export interface StudyResult {
  /** The report: an HTML document that needs no other file. */
  html(options: { readonly title: string; readonly command: string }): string;
  /** One JSON value per network, for other programs. */
  readonly networks: readonly unknown[];
  /** Tables for the terminal. */
  readonly tables: readonly StudyTable[];
}

/** Table for the terminal. */
export interface StudyTable {
  readonly title: string;
  readonly columns: readonly { readonly heading: string; readonly align?: "left" | "right" }[];
  readonly rows: readonly (readonly string[])[];
  /** Lines below the table. */
  readonly notes: readonly string[];
}
