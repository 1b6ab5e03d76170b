import { availableDictionaries } from "../../input/dictionaries";
import { table } from "../../terminal/table";
import type { World } from "../../world";

/** `weightcast dictionary list`: a table of the available dictionaries. */
export async function listDictionaries(
  { use = [], json }: { readonly use?: readonly string[]; readonly json?: true },
  world: World,
): Promise<void> {
  const available = await availableDictionaries(use, world);
  const rows = [...available.values()].map(({ name, needs, summary = "" }) => ({ name, needs, summary }));
  world.stdout.write(
    json
      ? `${JSON.stringify(rows, null, 2)}\n`
      : table(
          [
            { heading: "name", align: "left", of: ({ name }) => name },
            { heading: "made from", align: "left", of: ({ needs }) => needs },
            { heading: "summary", align: "left", of: ({ summary }) => summary },
          ],
          rows,
          world.stdout.columns,
        ),
  );
}
