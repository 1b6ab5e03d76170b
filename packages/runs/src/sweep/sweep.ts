import type { Json } from "@weightcast/types";
import { z } from "zod";
import { messagesOf } from "../spec/fault-message";
import { integer } from "../spec/integer";

const range = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    scale: z.enum(["linear", "log"]).default("linear").describe("log: each factor is as probable as another"),
    integer: z.boolean().default(false).describe("whether only whole numbers count"),
  })
  .refine(({ from, to }) => from < to, { error: "must be less than `to`", path: ["from"] })
  .refine(({ from, scale }) => scale === "linear" || from > 0, {
    error: "must be positive on a log scale",
    path: ["from"],
  })
  .refine(({ from, to, integer }) => !integer || (Number.isInteger(from) && Number.isInteger(to)), {
    error: "must be whole, as `to`",
    path: ["from"],
  });

const axis = z.union([z.array(z.json()).min(1), range], {
  error: "must be a list of values, or a range { from, to, scale, integer }",
});

const halving = z.strictObject({
  least: integer().min(1).default(1).describe("epochs of the first trainings"),
  factor: integer().min(2).default(3).describe("one of so many goes on, to so many times the epochs"),
});

/** Ways to search. */
const searchNames = ["grid", "random", "tpe"] as const;

/** Schema of a sweep: the field `sweep` of a configuration file. */
export const sweepSchema = z
  .strictObject({
    axes: z.record(z.string(), axis).describe("fields of a run, each with its values, or a range of them"),
    search: z
      .enum(searchNames)
      .default("grid")
      .describe("grid: all combinations; random; tpe: where earlier ones were good"),
    settings: integer().min(1).optional().describe("settings to try; of random and tpe"),
    seed: integer().default(1).describe("seed of the search; that of the runs is an axis or a field"),
    parallel: integer()
      .min(1)
      .default(4)
      .describe(
        "trainings that are decided on before the first of them has ended: the search is the same on any machine",
      ),
    halving: halving.optional().describe("asynchronous successive halving: the worse settings get fewer epochs"),
    refit: z
      .boolean()
      .default(false)
      .describe(
        "whether the best setting is trained once more, with all epochs and the images of data.validation, for its test error",
      ),
  })
  .superRefine(({ axes, search, settings, halving }, context) => {
    const fault = (path: string[], message: string, input: unknown) =>
      context.addIssue({ code: "custom", path, message, input });
    if (search !== "grid" && settings === undefined)
      fault(["settings"], `must be the number of settings that the ${search} search tries`, undefined);
    if (search === "grid" && settings !== undefined)
      fault(["settings"], "must be absent: a grid has all combinations of the values", settings);
    if (halving && axes["training.epochs"])
      fault(
        ["axes", "training.epochs"],
        "must be absent: halving decides how many epochs a setting gets",
        axes["training.epochs"],
      );
    for (const [name, values] of Object.entries(axes))
      if (!Array.isArray(values) && (search === "grid" || name === "seed"))
        fault(["axes", name], `must be a list of values${name === "seed" ? "" : ", as the search is a grid"}`, values);
  });

/** Sweep: settings of a run that are varied, and how. */
export type SweepSpec = z.output<typeof sweepSchema>;
/** Sweep as it is written, defaults left out. */
export type SweepInput = z.input<typeof sweepSchema>;

/** Values of an axis: a list, of which any may be tried, or a range of numbers. */
export type Axis = SweepSpec["axes"][string];
/** Range of numbers. */
export type Range = z.output<typeof range>;

/** Setting: a value of each axis except the seed. */
export type Point = Readonly<Record<string, Json>>;

/** @throws RangeError naming each wrong field of the sweep, the rule and the value */
export function resolveSweep(input: unknown, where = "sweep"): SweepSpec {
  const result = sweepSchema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw new RangeError(`${where}: ${messagesOf(result.error.issues)}`);
}

/** Whether an axis is a range of numbers. */
export const isRange = (values: Axis): values is Range => !Array.isArray(values);

/** Axes that a search varies: all except the seed, over which the error of a setting is averaged. */
export const searchedAxes = ({ axes }: SweepSpec): readonly (readonly [name: string, values: Axis])[] =>
  Object.entries(axes).filter(([name]) => name !== "seed");

/** Seeds with which each setting is trained; undefined if they are no axis. */
export const seedsOf = ({ axes: { seed } }: SweepSpec): readonly Json[] | undefined =>
  seed as readonly Json[] | undefined;

/** All settings of a grid, the last axis varied first. */
export function gridOf(sweep: SweepSpec): readonly Point[] {
  return searchedAxes(sweep).reduce<Point[]>(
    (points, [name, values]) =>
      points.flatMap((point) => (values as readonly Json[]).map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}
