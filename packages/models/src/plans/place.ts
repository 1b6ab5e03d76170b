import type { Part, Plan, Residual, Shape } from "./plan";

/** A part in its network: its name in the model, and the shapes that it takes and gives. */
export interface PlacedPart<P extends Exclude<Part, Residual> = Exclude<Part, Residual>> {
  readonly part: P;
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
}

/** A residual block in its network. */
export interface PlacedResidual {
  readonly part: Residual;
  /** Name of the sum. */
  readonly name: string;
  readonly body: readonly Placed[];
  /** Layer of the shortcut that takes every `strides`-th pixel, if there is one. */
  readonly sampling: string | undefined;
  /** Layer of the shortcut that adds channels of zeros, if there is one, and how many it adds. */
  readonly channels: { readonly name: string; readonly more: number } | undefined;
  readonly input: Shape;
  readonly output: Shape;
}

/** Any part in its network. */
export type Placed = PlacedPart | PlacedResidual;

/** Whether a placed part is a residual block. */
export const isResidual = (placed: Placed): placed is PlacedResidual => placed.part.kind === "residual";

/**
 * Gives every part of a plan its name and shapes. Layers without a name in the plan are numbered by kind: `pool_1`.
 * @throws RangeError for an input that is too small for a part
 */
export function place({ input, parts }: Plan): readonly Placed[] {
  const counts: Record<string, number> = {};
  const numbered = (kind: string) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
    return `${kind}_${counts[kind]}`;
  };
  const checked = (name: string, output: Shape): Shape => {
    if (output.some((size) => size < 1))
      throw new RangeError(
        `models: images of [${input.join(", ")}] are too small for this network: ${name} leaves [${output.join(", ")}]; use larger ones`,
      );
    return output;
  };

  const residual = (part: Residual, from: Shape): PlacedResidual => {
    const body = chain(part.body, from);
    const output = outputOf(body, from);
    const sampling = part.strides === 1 ? undefined : numbered("sampling");
    if (sampling !== undefined) checked(sampling, windows(from, 1, part.strides));
    const more = output[2]! - from[2]!;
    const channels = more === 0 ? undefined : { name: numbered("channels"), more };
    return { part, name: numbered("sum"), body, sampling, channels, input: from, output };
  };

  const chain = (some: readonly Part[], first: Shape): readonly Placed[] => {
    let shape = first;
    return some.map((part) => {
      if (part.kind === "residual") {
        const placed = residual(part, shape);
        shape = placed.output;
        return placed;
      }
      const name = "name" in part ? part.name : numbered(part.kind);
      const placed = { part, name, input: shape, output: checked(name, shapeAfter(part, shape)) };
      shape = placed.output;
      return placed;
    });
  };
  return chain(parts, input);
}

/** Shape that the last of some placed parts gives. */
const outputOf = (placed: readonly Placed[], input: Shape): Shape => placed.at(-1)?.output ?? input;

/** Shape that a part gives, as tf.layers computes it. */
function shapeAfter(part: Exclude<Part, Residual>, shape: Shape): Shape {
  switch (part.kind) {
    case "convolution": {
      const { size, strides = 1, padding = "same", filters } = part;
      const [rows, columns] = windows(shape, padding === "same" ? 1 : size, strides);
      return [rows!, columns!, filters];
    }
    case "connected":
      return [part.units];
    case "pool":
      return windows(shape, part.size, part.strides);
    case "average":
      return [shape.at(-1)!];
    case "pad":
      return [shape[0]! + 2 * part.by, shape[1]! + 2 * part.by, shape[2]!];
    default:
      return shape;
  }
}

/** Places of a window within a map: ⌊(n − size) / strides⌋ + 1 on each axis. */
const windows = ([rows, columns, channels]: Shape, size: number, strides: number): Shape => [
  Math.floor((rows! - size) / strides) + 1,
  Math.floor((columns! - size) / strides) + 1,
  channels!,
];
