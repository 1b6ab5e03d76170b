import type { InspectedLayer, Inspection } from "@weightcast/runs";
import { nameOf } from "@weightcast/runs/spec";
import { printable } from "@weightcast/types";
import { bytes, count } from "../../terminal/format";
import { gallery, picture } from "../../terminal/picture";
import { type Column, pairs, table } from "../../terminal/table";
import { plainWidth, wrap } from "../../terminal/wrap";

/** Filters that are drawn, and names of classes that are printed. */
const most = { filters: 6, classes: 10 };

/** Line of the table: a layer, or a part of the file that is none. */
interface Line {
  readonly name: string;
  readonly bytes: number;
  readonly layer?: Pick<InspectedLayer, "kind" | "outputs" | "weights" | "learned" | "fixed" | "stored">;
}

const columns: readonly Column<Line>[] = [
  { heading: "part", align: "left", of: ({ name }) => name },
  { heading: "kind", align: "left", of: ({ layer }) => printable(layer?.kind ?? "") },
  { heading: "outputs", of: ({ layer }) => layer?.outputs.join(" × ") ?? "" },
  { heading: "weights", of: ({ layer }) => (layer ? count(layer.weights) : "") },
  { heading: "learned", of: ({ layer }) => (layer ? count(layer.learned) : "") },
  { heading: "fixed", of: ({ layer }) => (layer ? count(layer.fixed) : "") },
  { heading: "stored", of: ({ layer }) => (layer ? count(layer.stored) : "") },
  { heading: "bytes", of: (line) => count(line.bytes) },
];

const note =
  "Numbers with biases: weights of the ordinary layer; learned ones; fixed ones, U and moving averages; and those of them that the file holds. The others are computed from the recipe.";

/** Contents of a model file as text. @param width of the terminal */
export function inspectionText(found: Inspection, width?: number): string {
  const lines: readonly Line[] = [
    ...found.layers.map((layer) => ({ name: printable(layer.layer), bytes: layer.bytes, layer })),
    ...(found.otherBytes > 0 ? [{ name: "other tensors", bytes: found.otherBytes }] : []),
    { name: "header", bytes: found.headerBytes },
    { name: "file", bytes: found.bytes },
  ];
  return `${pairs(facts(found), width)}
${table(columns, lines, width)}
${wrap(note, width ?? plainWidth)}
${dictionaries(found.layers, width)}${filters(found, width ?? plainWidth)}`;
}

function facts({ path, bytes: size, compressed, notes, origin, shape, layers }: Inspection): [string, string][] {
  const { classes, task, inputs, columns, target } = notes;
  const types = [...new Set(layers.flatMap(({ tensors }) => tensors.map(({ dtype }) => dtype)))];
  return [
    [
      "File",
      `${printable(path)}, ${compressed === undefined ? bytes(size) : `${bytes(compressed)} compressed, ${bytes(size)} uncompressed`}, numbers of type ${types.join(", ")}`,
    ],
    ...(origin
      ? ([
          ["Run", `${printable(nameOf(origin.spec))}, ${printable(origin.id)}, on ${printable(origin.spec.data.name)}`],
        ] as const)
      : []),
    ...(task === undefined ? [] : ([["Task", printable(task)]] as const)),
    ...(classes ? ([["Classes", `${count(classes.length)}: ${some(classes)}`]] as const) : []),
    ...(shape ? ([[inputs?.features === undefined ? "Images" : "Frames", shape.join(" × ")]] as const) : []),
    ...(columns ? ([["Columns", `${count(columns.length)}: ${some(columns.map(({ name }) => name))}`]] as const) : []),
    ...(target ? ([["Predicts", printable(target.name)]] as const) : []),
    ...(inputs?.features === undefined
      ? []
      : ([["Inputs", `${printable(inputs.features)} features of speech`]] as const)),
    ...(inputs && !columns && inputs.features === undefined
      ? ([["Inputs", `pixel · ${numbers(inputs.scale)} + ${numbers(inputs.offset)}`]] as const)
      : []),
  ].map(([name, value]) => [name, value]);
}

const some = (names: readonly string[]): string =>
  `${names
    .slice(0, most.classes)
    .map((name) => printable(name))
    .join(", ")}${names.length > most.classes ? ", …" : ""}`;

const numbers = (values: number | readonly number[]): string =>
  typeof values === "number" ? short(values) : `[${values.map(short).join(", ")}]`;

const short = (value: number): string => String(Number(value.toPrecision(5)));

/** Recipes of the layers' dictionaries. */
function dictionaries(layers: readonly InspectedLayer[], width?: number): string {
  const lines = layers.flatMap(({ layer, dictionary }): [string, string][] => {
    if (!dictionary) return [];
    const { recipe, rank, columns, basis, fingerprint } = dictionary;
    const places = `${recipe.domain.join(" × ")}, ${count(recipe.size)} atoms, ${count(rank)} in ${columns === 1 ? "one column" : `each of ${count(columns)} columns`}, basis ${basis}`;
    const origin = recipe.learned ? "made from data, so that its atoms are stored" : "computed from this recipe";
    return [
      [
        printable(layer),
        printable(
          `${recipe.name} over ${places}; ${origin}\n${JSON.stringify(recipe.options)}\nfingerprint ${printOf(fingerprint)}`,
          "\n",
        ),
      ],
    ];
  });
  return lines.length === 0 ? "" : `\nDictionaries:\n\n${pairs(lines, width)}`;
}

/** Fingerprints of the matrices of a dictionary, each by its size and norm. */
const printOf = (fingerprint: unknown): string =>
  [fingerprint]
    .flat()
    .map((one) => {
      const { rows, cols, norm } = Object(one) as {
        readonly rows?: number;
        readonly cols?: number;
        readonly norm?: number;
      };
      return `${rows} × ${cols}, norm ${norm}`;
    })
    .join("; ");

/** Pictures of filters, as many as fit side by side, at least one. */
function filters({ filters: found, layers }: Inspection, width: number): string {
  if (!found) return "";
  const { domain, filters: all } = found;
  const wide = (domain.length === 1 ? Math.min(56, domain[0]!) : domain[1]!) + 3;
  const shown = all.slice(0, Math.max(1, Math.min(most.filters, Math.floor((width + 3) / Math.max(wide, 12)))));
  const pictures = shown.map(({ predicted }, i) => ({ title: `filter ${i + 1}`, lines: picture(predicted, domain) }));
  return `\nFilters of ${printable(layers[0]!.layer)}, from the smallest weight (blank) to the largest (@):\n\n${gallery(pictures, width)}`;
}
