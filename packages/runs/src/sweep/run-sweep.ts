import type { Json } from "@weightcast/types";
import type { RunRecord } from "../record/record";
import { type RunMoreOptions, runMore } from "../run/run-more";
import type { RunSpec } from "../spec";
import { rungsOf, searchOf, type Trial } from "./search";
import { type EndedTrial, rankSettings, type SettingResult, scoreOfTrial } from "./setting";
import { gridOf, type Point, type SweepSpec, seedsOf } from "./sweep";

/** Runs of a sweep. */
export interface SweepRuns {
  /**
   * Run of a setting.
   * @param values of the axes, the seed among them if it is one
   * @throws RangeError if these values make no run
   */
  runOf(values: Point): RunSpec;
  /** Epochs of the runs, which halving divides. */
  readonly epochs: number;
  /** Called with a sentence about a setting that makes no run, and counts as failed. */
  readonly onInvalid?: (message: string) => void;
}

/** Options of {@link runSweep}: those of `runAll`. */
export type RunSweepOptions = RunMoreOptions;

/**
 * Runs of a sweep, and the settings with their errors, the best first. Nothing but the record of the folder is kept: the same call goes on
 * where it was stopped, to the same result, whatever the number of runs at a time.
 * @throws TypeError if a search that learns from errors, or halving, would see the test examples: the runs must have `data.validation`
 * @throws InterruptedError once the signal is aborted; the error of a run that says something about all of them
 */
export async function runSweep(
  sweep: SweepSpec,
  { runOf, epochs, onInvalid = () => {} }: SweepRuns,
  options: RunSweepOptions,
): Promise<readonly SettingResult[]> {
  const ended: EndedTrial[] = [];
  const seeds = seedsOf(sweep) ?? [undefined];
  /** Trials that go on, by their runs. */
  const going = new Map<RunSpec, { readonly trial: Going; readonly place: number }>();
  const waiting: RunSpec[] = [];
  let wake: (() => void)[] = [];
  const rungs = rungsOf(sweep, epochs);
  const search = searchOf(sweep, rungs.length);

  /** Run of a trial with a seed: with halving, of the epochs of its stage. */
  const specOf = ({ point, rung }: Pick<Trial, "point" | "rung">, seed: Json | undefined): RunSpec => {
    const spec = runOf(seed === undefined ? point : { ...point, seed });
    checkValidation(sweep, spec);
    return sweep.halving ? { ...spec, training: { ...spec.training, epochs: rungs[rung]! } } : spec;
  };
  const finish = ({ trial, records }: Going) => {
    ended.push({ trial, epochs: rungs[trial.rung]!, records });
    search.tell(trial.index, scoreOfTrial(records));
    const listeners = wake;
    wake = [];
    for (const listener of listeners) listener();
  };
  const begin = (trial: Trial) => {
    try {
      const specs = seeds.map((seed) => specOf(trial, seed));
      const one: Going = { trial, records: specs.map(() => undefined), left: specs.length };
      for (const [place, spec] of specs.entries()) going.set(spec, { trial: one, place });
      waiting.push(...specs);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      onInvalid(`left out: ${error.message}`);
      finish({ trial, records: [undefined], left: 0 });
    }
  };
  const next = async (): Promise<RunSpec | undefined> => {
    for (;;) {
      const spec = waiting.shift();
      if (spec) return spec;
      const trial = search.ask();
      if (trial === undefined) return undefined;
      if (trial !== "wait") begin(trial);
      else if (!options.signal?.aborted) await new Promise<void>((resolve) => wake.push(resolve));
      else return undefined;
    }
  };
  const known = function* () {
    if (sweep.search !== "grid") return;
    for (const point of gridOf(sweep))
      for (const seed of seeds) {
        const spec = ifValid(() => specOf({ point, rung: 0 }, seed));
        if (spec) yield spec;
      }
  };
  await runMore(
    {
      expected: search.expected * seeds.length,
      known: known(),
      next,
      settled(spec, record) {
        const { trial, place } = going.get(spec)!;
        going.delete(spec);
        trial.records[place] = record;
        trial.left--;
        if (trial.left === 0) finish(trial);
      },
    },
    options,
  );
  return rankSettings(ended);
}

/** Run that is made; undefined if its settings make none. */
function ifValid(make: () => RunSpec): RunSpec | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Trial with runs that have not ended. */
interface Going {
  readonly trial: Trial;
  readonly records: (RunRecord | undefined)[];
  left: number;
}

/**
 * @throws TypeError if a search that learns from errors, or halving, would see the test examples of a run, or a setting were chosen by
 * them before it is trained again for its error on them
 */
export function checkValidation({ search, halving, refit }: SweepSpec, { data }: RunSpec): void {
  if ((search === "tpe" || halving || refit) && data.validation === undefined)
    throw new TypeError(
      "sweep: data.validation must be set: settings are chosen by training images that are kept out, never by the test images; set it to their number, such as 5000",
    );
}
