import type { Graph } from "../graph/graph";
import type { Target } from "../trace/tracer";
import { atoms } from "./atoms";
import { broadcasts } from "./broadcasts";
import { channels } from "./channels";
import { layouts } from "./layouts";
import { maximaFor, pooling } from "./pooling";
import { products } from "./products";
import { redundant } from "./redundant";
import { type Rule, rewrite } from "./rewrite";
import { sinking } from "./sinking";
import { softmax } from "./softmax";
import { afterConvolution, transposedProduct } from "./transposes";
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
  ...pooling,
];

/** Rules that tidy up after operators were chosen for a device. */
const tidying: readonly Rule[] = [...redundant, ...layouts, ...sinking];

/** Faster graph that computes the same function. @param target what runs it @default any ONNX runtime */
export function optimize(graph: Graph, { device, channelBlock }: Target = {}): Graph {
  const simple = rewrite(graph, rules);
  const forDevice = [maximaFor(simple, device), ...(device === "cpu" ? [transposedProduct] : []), ...tidying];
  const chosen = rewrite(simple, forDevice);
  if (device === "webgpu") return rewrite(chosen, webgpu);
  const blocked = channelBlock === undefined ? chosen : atoms(channelBlock).reduce(rewrite, chosen);
  return device === "cpu" ? rewrite(blocked, [afterConvolution]) : blocked;
}
