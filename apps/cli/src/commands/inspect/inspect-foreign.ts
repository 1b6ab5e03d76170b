import { relative } from "node:path";
import type { Finding, ForeignFile, Tensor } from "@weightcast/recognize";
import { printable } from "@weightcast/types";
import { bytes, count, counted, percent } from "../../terminal/format";
import { type Column, pairs, table } from "../../terminal/table";
import { plainWidth, wrap } from "../../terminal/wrap";
import type { World } from "../../world";

/** Tensors that the table names; smaller ones are counted together. */
const most = 40;

/** `weightcast inspect` of a file that others have written: its tensors, and those that never had to be stored. */
export async function inspectForeign(
  { command, path, file }: { readonly command: string; readonly path: string; readonly file: ForeignFile },
  { tolerance, json }: { readonly tolerance: number; readonly json: true | undefined },
  world: World,
): Promise<void> {
  const { recognize } = await world.services.recognize();
  const found = recognize(file, { tolerance });
  if (json) {
    const tensors = file.tensors.map(({ name, shape, type, bytes: size, uses }) => ({
      name,
      shape,
      type,
      bytes: size,
      uses,
    }));
    const findings = found.map(({ formula, ...rest }) => rest);
    const { format, bytes: size } = file;
    world.stdout.write(`${JSON.stringify({ command, path, format, bytes: size, tensors, findings }, null, 2)}\n`);
    return;
  }
  world.stdout.write(text(relative(world.folder, path) || path, file, found, world.stdout.columns));
}

const formats = {
  onnx: "ONNX",
  "tfjs-graph-model": "graph model of TensorFlow.js",
  "tfjs-layers-model": "layers model of TensorFlow.js",
  safetensors: "safetensors",
} as const;

/** Line of the table of tensors. */
interface Line {
  readonly name: string;
  readonly type: string;
  readonly shape: string;
  readonly bytes: number;
  readonly found: string;
}

const columns: readonly Column<Line>[] = [
  { heading: "tensor", align: "left", of: ({ name }) => name },
  { heading: "type", align: "left", of: ({ type }) => type },
  { heading: "shape", align: "left", of: ({ shape }) => shape },
  { heading: "bytes", of: (line) => count(line.bytes) },
  { heading: "found", align: "left", of: ({ found }) => found },
];

/** Columns of a table of findings. */
export const findingColumns: readonly Column<Finding>[] = [
  { heading: "tensor", align: "left", of: ({ tensor }) => shortName(tensor) },
  { heading: "kind", align: "left", of: ({ kind }) => kind },
  {
    heading: "what it is",
    align: "left",
    of: ({ kind, title, recipe }) => (kind === "copy" ? `of ${shortName(String(recipe.of))}` : printable(title)),
  },
  {
    heading: "difference",
    of: ({ difference }) => (difference.relative === 0 ? "0" : difference.relative.toExponential(1)),
  },
  { heading: "bytes", of: (finding) => count(finding.bytes) },
  { heading: "needed", of: ({ stored }) => count(stored) },
];

const note =
  "Difference: the largest between a weight and its formula, as a share of the tensor's largest weight. Needed: bytes of the formula in a file.";

function text(path: string, file: ForeignFile, found: readonly Finding[], width?: number): string {
  const total = sum(file.tensors);
  const saved = found.reduce((all, { bytes: size, stored }) => all + size - stored, 0);
  const facts: readonly (readonly [string, string])[] = [
    ["File", `${printable(path)}, ${formats[file.format]}, ${bytes(file.bytes)}`],
    ["Tensors", `${count(file.tensors.length)}, ${bytes(total)} (${count(total)} bytes)`],
    [
      "Found",
      found.length === 0
        ? "nothing: every tensor has to be stored"
        : `${counted(found.length, "tensor")} that never had to be stored: ${count(saved)} bytes, ${percent(saved / total)}% of all`,
    ],
  ];
  const findings =
    found.length === 0 ? "" : `\n${table(findingColumns, found, width)}\n${wrap(note, width ?? plainWidth)}\n`;
  return `${pairs(facts, width)}\n${table(columns, linesOf(file.tensors, found), width)}${findings}`;
}

/** The largest tensors in the order of the file, and the others in one line. */
function linesOf(tensors: readonly Tensor[], found: readonly Finding[]): readonly Line[] {
  const kinds = new Map(found.map(({ tensor, kind }) => [tensor, kind]));
  const shown = new Set([...tensors].sort((a, b) => b.bytes - a.bytes).slice(0, most));
  const others = tensors.filter((tensor) => !shown.has(tensor));
  return [
    ...[...shown]
      .sort((a, b) => tensors.indexOf(a) - tensors.indexOf(b))
      .map(({ name, type, shape, bytes: size }) => ({
        ...{ name: shortName(name), type: printable(type), shape: shape.join(" × ") || "one number", bytes: size },
        found: kinds.get(name) ?? "",
      })),
    ...(others.length === 0
      ? []
      : [{ name: counted(others.length, "smaller tensor"), type: "", shape: "", bytes: sum(others), found: "" }]),
  ];
}

const sum = (tensors: readonly Tensor[]): number => tensors.reduce((all, { bytes: size }) => all + size, 0);

/** Name that leaves room for the other columns: converters put paths of hundreds of characters in front. */
const shortName = (name: string): string => printable(name.length > 60 ? `…${name.slice(-59)}` : name);
