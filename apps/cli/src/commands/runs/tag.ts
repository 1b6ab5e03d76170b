import { asUsage } from "../../errors";
import { counted } from "../../terminal/format";
import type { World } from "../../world";
import type { TagFlags } from "./flags";
import { selected } from "./selected";

/** `weightcast runs tag`: puts tags on runs, or takes them off. */
export async function tagSelected(
  tags: readonly string[],
  words: readonly string[],
  { folder, remove }: TagFlags,
  world: World,
): Promise<void> {
  const { path, runs } = await selected(words, folder, world);
  const { tagRuns } = await world.services.record();
  const changed = await asUsage(() => tagRuns(path, runs, remove ? { remove: tags } : { add: tags }));
  for (const { end, tags: now } of changed) world.stdout.write(`${end.id}  ${now.join(",") || "no tags"}\n`);
  world.stdout.write(`${remove ? "Took tags off" : "Tagged"} ${counted(changed.length, "run")}.\n`);
}
