import { knownDictionaries } from "../known-dictionaries";
import { table } from "../table";
import type { World } from "../world";

/** `weightcast dictionary list`. */
export async function listDictionaries(
  { use = [], json }: { readonly use?: readonly string[]; readonly json?: true },
  world: World,
): Promise<void> {
  const known = await knownDictionaries(await world.services.experiments(), use, world);
  const rows = [...known.values()].map(({ name, needs, summary = "" }) => ({ name, needs, summary }));
  world.stdout.write(
    json
      ? `${JSON.stringify(rows, null, 2)}\n`
      : table(
          [
            { heading: "name", align: "left", of: ({ name }) => name },
            { heading: "made from", align: "left", of: ({ needs }) => needs },
            { heading: "what it is", align: "left", of: ({ summary }) => summary },
          ],
          rows,
        ),
  );
}
