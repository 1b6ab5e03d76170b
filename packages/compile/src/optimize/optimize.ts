import type { Graph } from "../graph/graph";
import type { Device } from "../kernels/kernel";
import { broadcasts } from "./broadcasts";
import { channels } from "./channels";
import { layouts } from "./layouts";
import { products } from "./products";
import { redundant } from "./redundant";
import { type Rule, rewrite } from "./rewrite";
import { sinking } from "./sinking";
import { softmax } from "./softmax";
import { webgpu } from "./webgpu";

/** All rules, in the order in which they are tried. */
const rules: readonly Rule[] = [
  ...redundant,
  ...layouts,
  ...sinking,
  ...broadcasts,
  ...channels,
  ...products,
  ...softmax,
];

/** Faster graph that computes the same function. @param device what runs it @default "cpu" */
export function optimize(graph: Graph, device: Device = "cpu"): Graph {
  const simple = rewrite(graph, rules);
  return device === "webgpu" ? rewrite(simple, webgpu) : simple;
}
