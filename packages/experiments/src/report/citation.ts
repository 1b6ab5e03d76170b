import { type Aggregate, aggregate } from "../aggregate";
import type { RunRecord } from "../record";
import { counted, errorText, escapeHtml, share } from "./format";

/** Runs of another network on the same images, in a sentence. HTML; nothing of none. */
export function citation(beside: readonly RunRecord[]): string {
  const [first] = beside;
  if (!first) return "";
  const said = ({ method, asked, testError, seeds }: Aggregate) =>
    `${escapeHtml(method)}${asked === undefined ? "" : ` at ${share(asked)}`} ${errorText(testError)}% (${counted(seeds.length, "seed")})`;
  const { network, data, training } = first.spec;
  const [kernel] = first.result.layers ?? [];
  const kernels = kernel ? `, whose first kernels are ${kernel.kernel.join("×")}` : "";
  return `<p>Beside it, ${escapeHtml(network?.model ?? "hidden layers")}${kernels}, on the same images (${escapeHtml(data.name)}, ${counted(training.epochs, "epoch")}): ${aggregate(beside).map(said).join("; ")}.</p>`;
}
