import { type Graph, type Node, nodesOf, sizeOf } from "./graph";

/** Multiplications and additions of a graph's products and convolutions: most of what it costs. */
export const operations = (graph: Graph): number => nodesOf(graph).reduce((sum, node) => sum + operationsOf(node), 0);

function operationsOf({ op, inputs, outputs: [y] }: Node): number {
  const [a, b] = inputs;
  switch (op) {
    case "MatMul":
      return 2 * sizeOf(y!.shape) * a!.shape.at(-1)!;
    // Of a filter [out, in, …]: every output takes a product with each filter element of its channel …
    case "Conv":
      return 2 * sizeOf(y!.shape) * sizeOf(b!.shape.slice(1));
    // … and here every input gives one.
    case "ConvTranspose":
      return 2 * sizeOf(a!.shape) * sizeOf(b!.shape.slice(1));
    default:
      return 0;
  }
}
