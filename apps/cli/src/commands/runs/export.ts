import { scoreOf } from "@weightcast/runs/spec";
import { csv } from "../../terminal/csv";
import type { World } from "../../world";
import type { RecordFlags } from "./flags";
import { selected } from "./selected";

/** `weightcast runs export csv`: runs, or their epochs, as comma-separated values. */
export async function exportRuns(
  words: readonly string[],
  { folder, history }: RecordFlags & { readonly history?: true },
  world: World,
): Promise<void> {
  const { runs } = await selected(words, folder, world);
  const { fieldNames, fieldOf, specFields } = await world.services.record();
  if (history) {
    const lines = runs.flatMap(({ end }) =>
      "result" in end
        ? end.result.history.map((at) => [
            end.id,
            end.spec.label,
            ...[end.spec.seed, at.epoch, at.loss, scoreOf(at)].map(String),
          ])
        : [],
    );
    world.stdout.write(csv([["id", "method", "seed", "epoch", "loss", "error"], ...lines]));
    return;
  }
  const specs = runs.map((run) => new Map(specFields(run)));
  const paths = [...new Set(specs.flatMap((fields) => [...fields.keys()]))].filter((path) => path !== "label");
  const own = fieldNames.filter((name) => runs.some((run) => fieldOf(run, name).length > 0));
  const lines = runs.map((run, i) => [
    ...own.map((name) => fieldOf(run, name).join(" ")),
    ...paths.map((path) => String(specs[i]!.get(path) ?? "")),
  ]);
  // A path may have the name of a result: seed is both.
  const further = paths.filter((path) => !own.includes(path));
  const places = further.map((path) => own.length + paths.indexOf(path));
  const kept = [...own.keys(), ...places];
  world.stdout.write(
    csv([
      [...own.map((name) => (name === "tag" ? "tags" : name)), ...further],
      ...lines.map((line) => kept.map((k) => line[k]!)),
    ]),
  );
}
