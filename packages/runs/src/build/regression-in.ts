import { regression, type Task } from "@weightcast/training";

/** Change of a network's output into the target's units: output · scale + offset. */
export interface OutputScale {
  readonly scale: number;
  readonly offset: number;
}

/** Regression of a target that is scaled for the training: the loss is of scaled numbers, the metrics are in the target's own units. */
export function regressionIn({ scale, offset }: OutputScale): Task {
  const task = regression();
  const inUnits = (values: ArrayLike<number>) => Float32Array.from(values, (value) => value * scale + offset);
  return {
    ...task,
    options: { ...task.options, scale, offset },
    measure() {
      const measure = task.measure();
      return {
        ...measure,
        add: (outputs, batch, count) =>
          measure.add(outputs.map(inUnits), { ...batch, targets: batch.targets.map(inUnits) }, count),
      };
    },
  };
}
