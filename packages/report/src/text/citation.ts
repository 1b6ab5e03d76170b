import { type Aggregate, aggregate, askedOf, canonical, groupBy, type RunRecord } from "@weightcast/runs";
import { counted, errorText, escapeHtml, share } from "../page/format";

/** Runs of another network on the same images in a sentence, those that were trained alike: see {@link alike}. HTML; empty without runs. */
export function citation(beside: readonly RunRecord[]): string {
  const cited = alike(beside);
  const [first] = cited;
  if (!first) return "";
  const results = ({ method, asked, score, seeds }: Aggregate) =>
    `${escapeHtml(method)}${asked === undefined ? "" : ` at ${share(asked)}`} ${errorText(score)}% (${counted(seeds.length, "seed")})`;
  const { network, data, training } = first.spec;
  const [layer] = first.result.layers;
  const kernels = layer ? `, whose first kernels are ${layer.kernel.join("×")}` : "";
  return `<p>For comparison, ${escapeHtml(network.model)}${kernels}, on the same images (${escapeHtml(data.name)}, ${counted(training.epochs, "epoch")}): ${aggregate(cited).map(results).join("; ")}.</p>`;
}

/**
 * Runs whose means are meaningful, from a record of runs of all kinds: of one network, training, data set and engine; those of
 * a label and a proportion alike except for the seed, one per seed. Of several such groups, the largest; of equally large
 * ones, the last.
 */
function alike(records: readonly RunRecord[]): RunRecord[] {
  const group = largest(records, ({ spec, engine, execution }) => {
    const { training, pretraining, network, data } = spec;
    const { folder: _, ...images } = data;
    const { layers: __, ...plan } = network;
    return { training, pretraining, plan, images, ...computed(engine, execution) };
  });
  return [...groupBy(group, (record) => `${askedOf(record)} ${record.spec.label}`).values()].flatMap((runs) => {
    const same = largest(runs, ({ spec: { network } }) => network);
    return [...groupBy(same, ({ spec }) => `${spec.seed}`).values()].map(([run]) => run!);
  });
}

const computed = ({ version }: RunRecord["engine"], execution: RunRecord["execution"]) => ({
  version,
  runtime: execution?.runtime,
});

/** Largest group of records with equal keys; of equally large ones, the last. */
const largest = (records: readonly RunRecord[], keyOf: (record: RunRecord) => unknown): readonly RunRecord[] =>
  [...groupBy(records, (record) => canonical(keyOf(record))).values()].reduce(
    (best, group) => (group.length >= best.length ? group : best),
    [],
  );
