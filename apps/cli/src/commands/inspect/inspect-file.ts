import { relative, resolve } from "node:path";
import { writeWhole } from "@weightcast/disk";
import { usageError } from "../../errors";
import { availableDictionaries } from "../../input/dictionaries";
import { asFileUsage } from "../../input/model-input";
import { checkFile } from "../../input/writable";
import type { World } from "../../world";
import type { InspectFlags } from "./flags";
import { inspectForeign } from "./inspect-foreign";
import { inspectionText } from "./inspection-text";

/** `weightcast inspect`: a model file as text, JSON or a page. */
export async function inspectFile(
  { model, command }: { readonly model: string; readonly command: string },
  { engine, use = [], tolerance, html, json }: InspectFlags,
  world: World,
): Promise<void> {
  if (html !== undefined) await checkFile("--html", html, world.folder);
  const { openForeign } = await world.services.recognize();
  const opened = await asFileUsage(() => openForeign(resolve(world.folder, model)));
  if (opened.foreign) {
    if (html !== undefined) throw usageError("--html is for model files of Weightcast; --json gives all that is found");
    await inspectForeign({ command, path: opened.path, file: opened.foreign }, { tolerance, json }, world);
    return;
  }
  await availableDictionaries(use, world);
  const { inspectModel, isAdapterFile } = await world.services.runs();
  const path = resolve(world.folder, model);
  if (await asFileUsage(() => isAdapterFile(path))) {
    if (html !== undefined) throw usageError("--html is for model files of Weightcast; --json gives all that is found");
    const { inspectAdapterFile } = await import("./inspect-adapter");
    return inspectAdapterFile({ command, path }, json, world);
  }
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
