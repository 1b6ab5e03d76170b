import { relative, resolve } from "node:path";
import { writeWhole } from "@weightcast/disk";
import { availableDictionaries } from "../../input/dictionaries";
import { asFileUsage } from "../../input/model-input";
import { checkFile } from "../../input/writable";
import type { World } from "../../world";
import type { InspectFlags } from "./flags";
import { inspectionText } from "./inspection-text";

/** `weightcast inspect`: a model file as text, JSON or a page. */
export async function inspectFile(
  { model, command }: { readonly model: string; readonly command: string },
  { engine, use = [], html, json }: InspectFlags,
  world: World,
): Promise<void> {
  if (html !== undefined) await checkFile("--html", html, world.folder);
  await availableDictionaries(use, world);
  const { inspectModel } = await world.services.runs();
  const path = resolve(world.folder, model);
  const found = await asFileUsage(() => inspectModel(path, { engine }));
  const page = html === undefined ? undefined : resolve(world.folder, html);
  if (page !== undefined) {
    const { renderModel } = await world.services.report();
    await writeWhole(page, renderModel(found, { name: relative(world.folder, path) || path, command }));
  }
  if (json) {
    const { filters, ...rest } = found;
    world.stdout.write(`${JSON.stringify({ command, html: page ?? null, ...rest }, null, 2)}\n`);
    return;
  }
  world.stdout.write(inspectionText({ ...found, path: relative(world.folder, path) || path }, world.stdout.columns));
  if (page !== undefined) world.stdout.write(`\nPage: ${relative(world.folder, page) || page}\n`);
}
