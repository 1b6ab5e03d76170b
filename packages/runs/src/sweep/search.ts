import { gridOf, type Point, type SweepSpec } from "./sweep";
import { randomPoint, startup, suggest } from "./tpe";

/** Training of a setting that a search asks for. */
export interface Trial {
  /** Number of the trial, from 0. */
  readonly index: number;
  /** Number of its setting, from 0. */
  readonly setting: number;
  readonly point: Point;
  /** Number of the stage, from 0: with halving each has more epochs than the one before. */
  readonly rung: number;
}

/**
 * Search as a dialog: it asks for trials, and is told their scores. Which trials it asks for depends on the scores only, not on when they
 * are told: trial number i is decided on by the scores of all trials up to i − parallel.
 */
export interface Search {
  /** Next trial; "wait" if the score of an earlier one must be told first; undefined at the end. */
  ask(): Trial | "wait" | undefined;
  /** @param score the smaller the better; Infinity of a setting that failed */
  tell(index: number, score: number): void;
  /** Number of trials, about; with halving a few more may go on. */
  readonly expected: number;
}

/** @param rungs number of stages @default 1, without halving */
export function searchOf(sweep: SweepSpec, rungs = 1): Search {
  const { search, halving, settings } = sweep;
  const points = search === "grid" ? gridOf(sweep) : [];
  const count = settings ?? points.length;
  const factor = halving?.factor ?? 1;
  const parallel = search === "tpe" || rungs > 1 ? sweep.parallel : Number.POSITIVE_INFINITY;
  const asked: Trial[] = [];
  const scores: (number | undefined)[] = [];
  /** Trials whose scores may be known to the next decision. */
  let visible = 0;
  let begun = 0;

  const trialsOf = (rung: number) => asked.filter((trial) => trial.rung === rung);
  const known = (rung: number) => trialsOf(rung).filter(({ index }) => index < visible);
  const byScore = (a: Trial, b: Trial) => compare(scores[a.index]!, scores[b.index]!) || a.setting - b.setting;
  const isPromoted = ({ setting, rung }: Trial) => trialsOf(rung + 1).some((trial) => trial.setting === setting);

  /** Best setting of a stage that goes on to the next: one of the best n / factor of the n that are known. */
  const promotable = (rung: number): Trial | undefined => {
    const all = known(rung).sort(byScore);
    return all.slice(0, Math.floor(all.length / factor)).find((trial) => !isPromoted(trial) && isFinal(trial));
  };
  const isFinal = ({ index }: Trial) => Number.isFinite(scores[index]);

  const newPoint = (): Point => {
    if (search === "grid") return points[begun]!;
    return search === "random" ? randomPoint(sweep, begun) : suggest(sweep, begun, observations());
  };
  /** Scores of the highest stage of which there are enough: those of fewer epochs are not comparable with them. */
  const observations = () => {
    const all = Array.from({ length: rungs }, (_, rung) => known(rung));
    const chosen = all.findLast(({ length }) => length >= startup) ?? all[0]!;
    return chosen.map(({ index, point }) => ({ point, score: scores[index]! }));
  };

  const decide = (): Omit<Trial, "index"> | undefined => {
    for (let rung = rungs - 2; rung >= 0; rung--) {
      const best = promotable(rung);
      if (best) return { setting: best.setting, point: best.point, rung: rung + 1 };
    }
    if (begun < count) return { setting: begun, point: newPoint(), rung: 0 };
    if (visible < asked.length) return undefined;
    // At the end the best setting gets all epochs, even if there were too few for a choice.
    for (let rung = 0; rung < rungs - 1; rung++) {
      const [best] = trialsOf(rung).filter(isFinal).sort(byScore);
      if (best && trialsOf(rung + 1).length === 0) return { setting: best.setting, point: best.point, rung: rung + 1 };
    }
    return undefined;
  };

  return {
    expected: expectedOf(count, rungs, factor),
    ask() {
      visible = Math.max(visible, asked.length - parallel + 1, 0);
      for (;;) {
        for (let i = 0; i < visible; i++) if (scores[i] === undefined) return "wait";
        const next = decide();
        if (next) {
          const trial = { index: asked.length, ...next };
          asked.push(trial);
          if (trial.rung === 0) begun++;
          return trial;
        }
        // Nothing to do by what is known: one more score is waited for.
        if (visible >= asked.length) return undefined;
        visible++;
      }
    },
    tell(index, score) {
      if (!asked[index] || scores[index] !== undefined)
        throw new RangeError(`tell: index must be that of a trial without a score; got ${index}`);
      scores[index] = score;
    },
  };
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

function expectedOf(settings: number, rungs: number, factor: number): number {
  let [total, left] = [settings, settings];
  for (let rung = 1; rung < rungs; rung++) {
    left = Math.max(1, Math.floor(left / factor));
    total += left;
  }
  return total;
}

/**
 * Epochs of each stage of halving, the last all of the run's: 1, 3, 9 of 9 epochs with the factor 3.
 * @param epochs of the run
 */
export function rungsOf({ halving }: SweepSpec, epochs: number): readonly number[] {
  if (!halving) return [epochs];
  const { least, factor } = halving;
  const stages = [epochs];
  while (Math.round(stages[0]! / factor) >= least && Math.round(stages[0]! / factor) < stages[0]!)
    stages.unshift(Math.round(stages[0]! / factor));
  return stages;
}
