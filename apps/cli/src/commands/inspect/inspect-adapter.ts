import { relative } from "node:path";
import type { AdapterInspection } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { bytes, count } from "../../terminal/format";
import { pairs, table } from "../../terminal/table";
import type { World } from "../../world";
import { adapterColumns } from "../adapter-columns";

/** `weightcast inspect` of an adapter's file: its layers, and the model that it is for. */
export async function inspectAdapterFile(
  { command, path }: { readonly command: string; readonly path: string },
  json: true | undefined,
  world: World,
): Promise<void> {
  const { inspectAdapter } = await world.services.runs();
  const found = await inspectAdapter(path);
  world.stdout.write(
    json
      ? `${JSON.stringify({ command, kind: "adapter", ...found }, null, 2)}\n`
      : text({ ...found, path: relative(world.folder, path) || path }, world.stdout.columns),
  );
}

function text(found: AdapterInspection, width: number | undefined): string {
  const { path, bytes: size, compressed, name, base, factor, layers, notes, origin } = found;
  const sizes = compressed === undefined ? bytes(size) : `${bytes(compressed)} compressed, ${bytes(size)} uncompressed`;
  const learned = layers.reduce((sum, layer) => sum + layer.learned, 0);
  const facts: [string, string][] = [
    ["File", `${printable(path)}, ${sizes}, an adapter`],
    ["Name", printable(name)],
    ["Model", `the one whose weights have the fingerprint ${printable(base)}`],
    ["Learned", `${count(learned)} numbers in ${count(layers.length)} layers`],
    ...(factor === 1 ? [] : [["Factor", `${factor}`] as [string, string]]),
    ...(origin ? [["Data", printable(origin.spec.data.name)] as [string, string]] : []),
    ...(notes.classes
      ? [["Classes", `${count(notes.classes.length)}: ${some(notes.classes)}`] as [string, string]]
      : []),
  ];
  return `${pairs(facts, width)}\n${table(adapterColumns, layers, width)}`;
}

const some = (names: readonly string[]): string =>
  `${names
    .slice(0, 10)
    .map((one) => printable(one))
    .join(", ")}${names.length > 10 ? ", …" : ""}`;
