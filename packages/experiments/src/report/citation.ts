import { type Aggregate, aggregate, askedOf, groupBy } from "../aggregate";
import { canonical } from "../canonical";
import type { RunRecord } from "../record";
import { counted, errorText, escapeHtml, share } from "./format";

/** Runs of another network on the same images, in a sentence: of those trained alike, see {@link alike}. HTML; nothing of none. */
export function citation(beside: readonly RunRecord[]): string {
  const cited = alike(beside);
  const [first] = cited;
  if (!first) return "";
  const said = ({ method, asked, testError, seeds }: Aggregate) =>
    `${escapeHtml(method)}${asked === undefined ? "" : ` at ${share(asked)}`} ${errorText(testError)}% (${counted(seeds.length, "seed")})`;
  const { network, data, training } = first.spec;
  const [kernel] = first.result.layers ?? [];
  const kernels = kernel ? `, whose first kernels are ${kernel.kernel.join("×")}` : "";
  return `<p>Beside it, ${escapeHtml(network?.model ?? "hidden layers")}${kernels}, on the same images (${escapeHtml(data.name)}, ${counted(training.epochs, "epoch")}): ${aggregate(cited).map(said).join("; ")}.</p>`;
}

/**
 * Runs whose means mean something, of a record that holds runs of all kinds: of one network, training, data and engine; those
 * of a label and a proportion alike but for the seed, one a seed. Where there are several such groups, the largest; of as
 * large ones the last.
 */
function alike(records: readonly RunRecord[]): RunRecord[] {
  const group = largest(records, ({ spec, engine, execution }) => {
    const { training, pretraining, activation, network, data } = spec;
    const { folder: _, ...images } = data;
    return { training, pretraining, activation, model: network?.model, images, ...computed(engine, execution) };
  });
  return [...groupBy(group, (record) => `${askedOf(record)} ${record.spec.label}`).values()].flatMap((runs) => {
    const same = largest(runs, ({ spec: { hidden, network } }) => ({ hidden, network }));
    return [...groupBy(same, ({ spec }) => `${spec.seed}`).values()].map(([run]) => run!);
  });
}

const computed = ({ version }: RunRecord["engine"], execution: RunRecord["execution"]) => ({
  version,
  runtime: execution?.runtime,
});

/** The largest group of records with equal keys; of as large ones the last. */
const largest = (records: readonly RunRecord[], keyOf: (record: RunRecord) => unknown): readonly RunRecord[] =>
  [...groupBy(records, (record) => canonical(keyOf(record))).values()].reduce(
    (best, group) => (group.length >= best.length ? group : best),
    [],
  );
