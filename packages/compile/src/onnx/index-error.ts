import { type Graph, type Node, nodesOf } from "../graph/graph";

/** Modulus of indices in graphs: a negative one, which the runtime would count from the end, is so large that it refuses it. */
export const indexModulus = 2 ** 32;

/**
 * Error for an index out of range, which the runtime found in a run. Its own error names a node of the graph and the index
 * modulo {@link indexModulus}.
 * @returns undefined if the runtime's error is another one
 */
export function indexError(graph: Graph, error: unknown): RangeError | undefined {
  const found = /Name:'(?:Gather|GatherND|ScatterElements)_(\d+)'.*(?:idx=|index = )(\d+)/s.exec(String(error));
  const node = found && nodesOf(graph)[Number(found[1])];
  if (!node) return undefined;
  const remainder = Number(found[2]) % indexModulus;
  const index = remainder < indexModulus / 2 ? remainder : remainder - indexModulus;
  return new RangeError(`${ruleOf(node)}; got ${index}`, { cause: error });
}

/** Operation that a node is part of, and the range of its indices. */
function ruleOf({ op, inputs, attributes }: Node): string {
  const { shape } = inputs[0]!;
  if (op === "ScatterElements") return "scatter: an index must be within the shape of the result";
  const axis = op === "Gather" ? attributes.axis : attributes.batch_dims;
  return axis === undefined
    ? `gatherND: an index must be within the shape of the tensor, [${shape}]`
    : `gather: an index must be in [0, ${shape[axis as number]! - 1}]`;
}
