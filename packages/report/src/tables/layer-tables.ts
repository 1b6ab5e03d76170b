import { askedOf, groupBy, type LayerCosts, type RunRecord } from "@weightcast/runs";
import { count, escapeHtml, kilobytes, share, windowText } from "../page/format";
import { table } from "../page/table";

/** Tables of what each layer learns, has fixed and stores, a table per method that predicts weights; one run of each. HTML. @param heading level of its heading */
export function layerTables(records: readonly RunRecord[], heading: "h2" | "h3"): string {
  const predicted = records.filter((record) => askedOf(record) !== undefined);
  const groups = groupBy(predicted, (record) => `${askedOf(record)} ${record.spec.label}`);
  const tables = [...groups.values()].map(([first], i) => layerTable(first!, i === 0));
  return tables.length === 0 ? "" : `<${heading}>Layer by layer</${heading}>\n${tables.join("\n")}`;
}

function layerTable(record: RunRecord, open: boolean): string {
  const { spec, result } = record;
  const { layers, account, bytes } = result;
  const sum = (of: "dense" | "dynamic" | "static" | "stored") => layers.reduce((total, layer) => total + layer[of], 0);
  const [dense, dynamic, fixed, stored] = [sum("dense"), sum("dynamic"), sum("static"), sum("stored")];
  const rows = layers.map((layer) => cells(layer.layer, `${windowText(layer)} → ${layer.filters}`, layer));
  const total = cells("together", "", { dense, dynamic, static: fixed, stored });
  const headings = ["Layer", "Kernel, inputs → outputs", "Weights", "Learned", "Share", "Fixed (U)", "of them stored"];
  const about = `${count(account.trainable)} parameters with biases and the last layer; a file of ${kilobytes(bytes)}`;
  return `<details${open ? " open" : ""}><summary>${escapeHtml(spec.label)}, ${share(askedOf(record)!)} asked for: ${about}</summary>
${table({ name: `Layers of ${spec.label}`, headings, rows: [...rows, total], kind: "compact" })}</details>`;
}

const cells = (
  name: string,
  grid: string,
  { dense, dynamic, static: fixed, stored }: Pick<LayerCosts, "dense" | "dynamic" | "static" | "stored">,
): string[] => [
  `<th scope="row">${escapeHtml(name)}</th>`,
  ...[grid, count(dense), count(dynamic), share(dynamic / dense), count(fixed), count(stored)].map(
    (text) => `<td>${text}</td>`,
  ),
];
