import type { LoadedModel } from "@weightcast/files";
import { loadAdapter } from "@weightcast/files/node";
import { readAnyModel } from "./read-any-model";

/**
 * Model of a file, with an adapter of another file if there is one. What the adapter's file says of inputs and outputs takes the place of what
 * the model's does.
 * @throws FileError as `readAnyModel` and `loadAdapter`
 */
export async function readWithAdapter(path: string, adapter?: string): Promise<LoadedModel> {
  const loaded = await readAnyModel(path);
  if (adapter === undefined) return loaded;
  const { model, ...own } = loaded;
  try {
    const { adapted, name, ...notes } = await loadAdapter(adapter, model);
    return { ...own, ...notes, model: adapted.model };
  } finally {
    model.dispose();
  }
}
