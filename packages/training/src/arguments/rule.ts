import { type OptimizerName, optimizerNames, scheduleNames } from "../names";
import { optimizerOf } from "../step/by-name";
import type { Optimizer } from "../step/optimizer";
import type { Schedule } from "../step/schedule";
import { shown } from "./shown";

/**
 * Optimizer that a caller asks for, by name or as it is.
 * @throws TypeError for anything else
 */
export function optimizerFrom(who: string, optimizer: Optimizer | OptimizerName): Optimizer {
  const name = optimizerNames.find((name) => name === optimizer);
  if (name !== undefined) return optimizerOf(name);
  const { scalars, update } = Object(optimizer) as Partial<Optimizer>;
  if (typeof scalars === "function" && typeof update === "function") return optimizer as Optimizer;
  const names = optimizerNames.map((name) => JSON.stringify(name)).join(", ");
  throw new TypeError(
    `${who}: optimizer must be ${names}, or made by sgd(…), adam(…) or another function of @weightcast/training; got ${shown(optimizer)}`,
  );
}

/**
 * Schedule that a caller asks for: a constant rate as a number, or a function of the step.
 * @throws TypeError for anything else; RangeError for a rate that is not above 0
 */
export function scheduleFrom(who: string, schedule: Schedule | number): Schedule {
  if (typeof schedule === "function") return schedule;
  if (typeof schedule !== "number") {
    const hint = scheduleNames.some((name) => name === schedule)
      ? `; write scheduleOf(${shown(schedule)}, { rate, steps })`
      : "";
    throw new TypeError(
      `${who}: schedule must be a learning rate such as 0.01, or a function of the step such as cosine(0.1, 1000); got ${shown(schedule)}${hint}`,
    );
  }
  if (!(schedule > 0 && schedule < Infinity))
    throw new RangeError(`${who}: schedule must be a learning rate above 0; got ${schedule}`);
  return () => schedule;
}
