import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { rungsOf, type Search, searchOf, type Trial } from "./search";
import { gridOf, type Point, resolveSweep, type SweepInput } from "./sweep";

/** Trials of a search whose scores are told late, by workers that take random times. */
function simulate(
  search: Search,
  scoreOf: (trial: Trial) => number,
  { workers, seed }: { workers: number; seed: number },
) {
  const draw = stream(seed, "times");
  const trials: Trial[] = [];
  const running: Trial[] = [];
  for (;;) {
    const next = running.length < workers ? search.ask() : "wait";
    if (next !== "wait" && next !== undefined) {
      trials.push(next);
      running.push(next);
      continue;
    }
    if (running.length === 0) {
      expect(next).toBeUndefined();
      return trials;
    }
    const [ended] = running.splice(draw.integer(running.length), 1);
    search.tell(ended!.index, scoreOf(ended!));
  }
}

const rate = { from: 0.001, to: 1, scale: "log" } as const;
const bowl = ({ point }: Pick<Trial, "point">) =>
  (Math.log10(point.rate as number) + 1) ** 2 +
  (point.method === "b" ? 0 : 0.5) +
  Math.abs((point.columns as number) - 7) / 20;
const axes = { rate, method: ["a", "b", "c"], columns: { from: 1, to: 20, integer: true } };

test("a grid: every combination once, the last axis first, the seed left out", () => {
  const sweep = resolveSweep({ axes: { seed: [1, 2], a: [1, 2], b: ["x", null] } });
  const expected = [
    { a: 1, b: "x" },
    { a: 1, b: null },
    { a: 2, b: "x" },
    { a: 2, b: null },
  ];
  expect(gridOf(sweep)).toEqual(expected);
  expect(simulate(searchOf(sweep), () => 1, { workers: 3, seed: 1 }).map(({ point }) => point)).toEqual(expected);
});

describe.each([
  ["random", { axes, search: "random", settings: 30, seed: 3 }, undefined],
  ["tpe", { axes, search: "tpe", settings: 40, seed: 3 }, undefined],
  ["tpe with halving", { axes, search: "tpe", settings: 40, seed: 3, halving: {} }, 9],
  ["grid with halving", { axes: { method: ["a", "b", "c"], rate: [0.1, 1, 0.01], columns: [3] }, halving: {} }, 9],
] as const satisfies readonly (readonly [string, SweepInput, number | undefined])[])("%s", (_, input, epochs) => {
  const sweep = resolveSweep(input);
  const rungs = epochs === undefined ? 1 : rungsOf(sweep, epochs).length;
  const run = (workers: number, seed: number) => simulate(searchOf(sweep, rungs), bowl, { workers, seed });

  test("asks for the same trials, whatever the number of workers and their times", () => {
    const alone = run(1, 1);
    for (const [workers, seed] of [
      [2, 1],
      [4, 2],
      [16, 3],
    ] as const)
      expect(run(workers, seed).sort((a, b) => a.index - b.index)).toEqual(alone);
    expect(Math.abs(alone.length / searchOf(sweep, rungs).expected - 1)).toBeLessThan(0.2);
  });

  test("told what is known from an earlier call at once, it asks for the same", () => {
    const before = run(3, 7).sort((a, b) => a.index - b.index);
    const search = searchOf(sweep, rungs);
    const again: Trial[] = [];
    for (let next = search.ask(); next !== undefined; next = search.ask()) {
      if (next === "wait") throw new Error("nothing to wait for");
      again.push(next);
      search.tell(next.index, bowl(next));
    }
    expect(again).toEqual(before);
  });
});

test("halving: a third of each stage goes on, the best first, and no setting twice", () => {
  const sweep = resolveSweep({ axes, search: "random", settings: 27, halving: {} });
  expect(rungsOf(sweep, 9)).toEqual([1, 3, 9]);
  const trials = simulate(searchOf(sweep, 3), bowl, { workers: 1, seed: 1 });
  const stages = [0, 1, 2].map((rung) => trials.filter((trial) => trial.rung === rung));
  expect(stages[0]).toHaveLength(27);
  // Decided on while others go on, a few more than a third are promoted, and the best nine are.
  expect(stages[1]!.length).toBeGreaterThanOrEqual(9);
  expect(stages[1]!.length).toBeLessThanOrEqual(14);
  const best = [...stages[0]!].sort((a, b) => bowl(a) - bowl(b)).slice(0, 9);
  expect(stages[1]!.map(({ setting }) => setting)).toEqual(expect.arrayContaining(best.map(({ setting }) => setting)));
  expect(stages[2]!.map(({ setting }) => setting)).toContain(best[0]!.setting);
  for (const stage of stages) expect(new Set(stage.map(({ setting }) => setting)).size).toBe(stage.length);
});

test("of too few settings for a choice, the best gets all epochs; settings that fail get no more", () => {
  const sweep = resolveSweep({ axes: { x: [1, 2] }, halving: {} });
  const trials = simulate(searchOf(sweep, 3), ({ point }) => (point.x === 1 ? Infinity : 2), { workers: 2, seed: 1 });
  expect(trials.map(({ rung, point }) => [rung, point.x])).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 2],
  ]);
  const failing = simulate(searchOf(sweep, 3), () => Infinity, { workers: 1, seed: 1 });
  expect(failing).toHaveLength(2);
});

test("tpe finds better settings than chance: in the mean over 10 searches of 60", () => {
  const best = (search: "tpe" | "random", seed: number) =>
    Math.min(
      ...simulate(searchOf(resolveSweep({ axes, search, settings: 60, seed, parallel: 1 })), bowl, {
        workers: 1,
        seed,
      }).map(bowl),
    );
  const mean = (search: "tpe" | "random") =>
    Array.from({ length: 10 }, (_, seed) => best(search, seed)).reduce((a, b) => a + b, 0) / 10;
  expect(mean("tpe")).toBeLessThan(mean("random") / 2);
});

test("numbers of a range: inside, whole if asked, each decade of a log scale alike", () => {
  const sweep = resolveSweep({ axes, search: "random", settings: 300 });
  const points = simulate(searchOf(sweep), () => 0, { workers: 1, seed: 1 }).map(({ point }): Point => point);
  const rates = points.map((point) => point.rate as number);
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.001);
  expect(Math.max(...rates)).toBeLessThanOrEqual(1);
  for (const from of [0.001, 0.01, 0.1]) {
    const inside = rates.filter((value) => value >= from && value < 10 * from).length;
    // Four standard deviations of 300 draws with the probability 1/3.
    expect(Math.abs(inside - 100)).toBeLessThan(33);
  }
  expect(new Set(points.map((point) => point.columns))).toEqual(new Set(Array.from({ length: 20 }, (_, i) => i + 1)));
});

test.each([
  [{ axes: { rate } }, /^sweep: axes\.rate: must be a list of values, as the search is a grid; got/],
  [{ axes: { a: [] } }, /axes\.a: must have at least 1 entry; got \[\]/],
  [{ axes: { a: 1 } }, /axes\.a: must be a list of values, or a range/],
  [{ axes: { a: [1] }, search: "tpe" }, /settings: must be the number of settings that the tpe search tries$/],
  [{ axes: { a: [1] }, settings: 3 }, /settings: must be absent: a grid has all combinations/],
  [{ axes: { a: { from: 2, to: 1 } }, search: "random", settings: 1 }, /axes\.a.*must be/],
  [{ axes: { "training.epochs": [1, 2] }, halving: {} }, /must be absent: halving decides how many epochs/],
  [{ axes: { seed: { from: 1, to: 9 } }, search: "random", settings: 1 }, /axes\.seed: must be a list of values/],
  [{ axes: { a: [1] }, serch: "tpe" }, /unrecognized key: "serch"/],
])("%j is refused", (input, message) => expect(() => resolveSweep(input)).toThrow(message));
