import { type InspectedLayer, type Inspection, isColor } from "@weightcast/runs";
import { nameOf } from "@weightcast/runs/spec";
import { filterLegend, filterPictures } from "../filters/filter-pictures";
import { count, counted, sizeText, foreignText as text } from "../page/format";
import { figurePanel, page } from "../page/page";
import { table } from "../page/table";
import { bytesChart } from "./bytes-chart";

/** Options of {@link renderModel}. */
export interface RenderModelOptions {
  /** Name of the file on the page. */
  readonly name: string;
  /** Command that makes the page again. */
  readonly command: string;
}

/** Contents of a model file as a page that needs no other file: bytes by layer, counts, dictionaries, notes, filters. */
export function renderModel(found: Inspection, { name, command }: RenderModelOptions): string {
  const { layers, bytes } = found;
  const sum = (of: "weights" | "learned") => layers.reduce((total, layer) => total + layer[of], 0);
  return page({
    title: `Model ${name}`,
    headline: `<b>${sizeText(bytes)}</b> for a network of ${counted(sum("weights"), "weight")}, of which ${count(sum("learned"))} are learned`,
    lead: leadOf(found),
    body: [
      `<section class="plots">
${figurePanel("Bytes by layer", bytesChart(found), `All parts add up to the ${count(bytes)} bytes of the file. The header holds the network's layers, the dictionaries' recipes, and the notes.`)}
<div>${notesTable(found)}</div>
</section>`,
      `<section><h2>Layers</h2>
<p class="note">Numbers with biases: weights of the ordinary layer; learned ones; fixed ones, U and moving averages; and those of them that the file holds. The others are computed from the recipe.</p>
${layersTable(found)}</section>`,
      dictionaries(layers),
      filters(found),
    ].join("\n"),
    command,
    origin: ".",
  });
}

function leadOf({ origin }: Inspection): string {
  if (!origin) return "The file does not say which run it came from.";
  const { spec, id } = origin;
  return `Trained as “${text(nameOf(spec))}”, run <code>${text(id)}</code>: ${text(spec.network.model)} on ${text(spec.data.name)}, ${counted(spec.training.epochs, "epoch")}.`;
}

function notesTable({ notes, shape, layers }: Inspection): string {
  const { classes, task, inputs, columns, target } = notes;
  const short = (value: number) => String(Number(value.toPrecision(5)));
  const list = (values: number | readonly number[]) =>
    typeof values === "number" ? short(values) : `[${values.map(short).join(", ")}]`;
  const types = [...new Set(layers.flatMap(({ tensors }) => tensors.map(({ dtype }) => dtype)))];
  const rows: (readonly [string, string])[] = [
    ["Numbers", text(types.join(", "))],
    ...(task === undefined ? [] : [["Task", text(task)] as const]),
    ...(shape ? [["Images", shape.join(" × ")] as const] : []),
    ...(target ? [["Predicts", text(target.name)] as const] : []),
    ...(columns ? [["Columns", String(columns.length)] as const] : []),
    ...(inputs && !columns ? [["Inputs", `pixel · ${list(inputs.scale)} + ${list(inputs.offset)}`] as const] : []),
    ...(classes ? [["Classes", String(classes.length)] as const] : []),
  ];
  const listed = (what: string, some: readonly string[] | undefined) =>
    some ? `<details><summary>Names of the ${what}</summary>${text(some.join(", "))}</details>` : "";
  const names = `${listed(
    "columns",
    columns?.map(({ name }) => name),
  )}${listed("classes", classes)}`;
  return `${table({
    name: "Notes",
    headings: ["Note", ""],
    rows: rows.map(([key, value]) => [`<th scope="row">${key}</th>`, `<td>${value}</td>`]),
    kind: "compact",
  })}${names}`;
}

function layersTable({ layers, headerBytes, otherBytes, bytes }: Inspection): string {
  const row = (name: string, cells: readonly string[], total: number) => [
    `<th scope="row">${text(name)}</th>`,
    ...cells.map((cell) => `<td>${cell}</td>`),
    `<td>${count(total)}</td>`,
  ];
  const none = ["", "", "", "", "", ""];
  return table({
    name: "Layers",
    headings: ["Part", "Kind", "Outputs", "Weights", "Learned", "Fixed", "Stored", "Bytes"],
    rows: [
      ...layers.map(({ layer, kind, outputs, weights, learned, fixed, stored, bytes: own }) =>
        row(layer, [text(kind), outputs.join(" × "), count(weights), count(learned), count(fixed), count(stored)], own),
      ),
      ...(otherBytes > 0 ? [row("other tensors", none, otherBytes)] : []),
      row("header", none, headerBytes),
      row("file", none, bytes),
    ],
  });
}

function dictionaries(layers: readonly InspectedLayer[]): string {
  const rows = layers.flatMap(({ layer, dictionary }) => {
    if (!dictionary) return [];
    const { recipe, rank, columns, basis, fingerprint } = dictionary;
    return [
      [
        `<th scope="row">${text(layer)}</th>`,
        `<td>${text(recipe.name)}</td>`,
        `<td>${recipe.domain.join(" × ")}</td>`,
        `<td>${count(recipe.size)}</td>`,
        `<td>${count(rank)}</td>`,
        `<td>${count(columns)}</td>`,
        `<td>${text(basis)}</td>`,
        `<td>${recipe.learned ? "stored" : "computed"}</td>`,
        `<td><details><summary>recipe and fingerprint</summary><code>${text(JSON.stringify({ options: recipe.options, fingerprint }))}</code></details></td>`,
      ],
    ];
  });
  if (rows.length === 0) return "";
  return `<section><h2>Dictionaries</h2>
<p class="note">The atoms, U, of a recipe are computed when the file is read, and recognized by their fingerprint; those of a dictionary made from data are stored.</p>
${table({ name: "Dictionaries", headings: ["Layer", "Dictionary", "Grid", "Atoms", "Atoms in each column", "Columns", "Basis", "U", ""], rows })}</section>`;
}

function filters({ filters: found, layers }: Inspection): string {
  if (!found) return "";
  const pictures = filterPictures(found);
  if (pictures === "") return "";
  return `<section><h2>Filters of ${text(layers[0]!.layer)}</h2>
<p>${filterLegend(isColor(found.domain))} If the dictionary predicts from pixels, the learned pixels are shown above the filter that they give.</p>
${pictures}</section>`;
}
