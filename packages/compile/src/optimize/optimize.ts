import type { Graph } from "../graph/graph";
import type { Target } from "../trace/tracer";
import { atoms } from "./atoms";
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

/** Faster graph that computes the same function. @param target what runs it @default any processor */
export function optimize(graph: Graph, { device = "cpu", channelBlock }: Target = {}): Graph {
  const simple = rewrite(graph, rules);
  if (device === "webgpu") return rewrite(simple, webgpu);
  return channelBlock === undefined ? simple : atoms(channelBlock).reduce(rewrite, simple);
}
