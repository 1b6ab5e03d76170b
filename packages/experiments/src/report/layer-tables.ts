import { askedOf, groupBy } from "../aggregate";
import type { LayerCosts, RunRecord } from "../record";
import { count, escapeHtml, kilobytes, share } from "./format";
import { table } from "./tables";

/** Of networks: what each layer learns, has fixed and stores, a table a method. HTML; nothing of hidden layers. */
export function layerTables(records: readonly RunRecord[]): string {
  const told = records.flatMap((record) => {
    const { layers } = record.result;
    const asked = askedOf(record);
    return layers && asked !== undefined ? [{ record, layers, asked }] : [];
  });
  const groups = groupBy(told, ({ record, asked }) => `${asked} ${record.spec.label}`);
  const tables = [...groups.values()].map(([first], i) => layerTable(first!, i === 0));
  return tables.length === 0 ? "" : `<h3>Layer by layer</h3>\n${tables.join("\n")}`;
}

interface Told {
  readonly record: RunRecord;
  readonly layers: readonly LayerCosts[];
  /** Share asked for. */
  readonly asked: number;
}

function layerTable({ record: { spec, result }, layers, asked }: Told, open: boolean): string {
  const sum = (of: "dense" | "dynamic" | "static" | "stored") => layers.reduce((total, layer) => total + layer[of], 0);
  const cells = (name: string, grid: string, numbers: readonly number[]) => [
    `<th scope="row">${name}</th><td>${grid}</td>`,
    ...numbers.map((number) => `<td>${count(number)}</td>`),
  ];
  const rows = layers.map(({ layer, kernel, channels, filters, dense, dynamic, static: fixed, stored }) => [
    ...cells(layer, `${kernel.join("×")}×${channels} → ${filters}`, [dense, dynamic]),
    `<td>${share(dynamic / dense)}</td><td>${count(fixed)}</td><td>${count(stored)}</td>`,
  ]);
  const total = [
    ...cells("together", "", [sum("dense"), sum("dynamic")]),
    `<td>${share(sum("dynamic") / sum("dense"))}</td><td>${count(sum("static"))}</td><td>${count(sum("stored"))}</td>`,
  ];
  const headings = ["Layer", "Kernel, inputs → outputs", "Weights", "Learned", "Share", "Fixed (U)", "of them stored"];
  const about = `${count(result.account.trainable)} parameters with biases and the last layer; a file of ${kilobytes(result.bytes)}`;
  return `<details${open ? " open" : ""}><summary>${escapeHtml(spec.label)}, ${share(asked)} asked: ${about}</summary>
${table(headings, [...rows, total], "compact")}</details>`;
}
