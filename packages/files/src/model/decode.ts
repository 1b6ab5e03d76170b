import { io } from "@tensorflow/tfjs-core";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { registerLayers } from "@weightcast/core";
import { jsonIn } from "@weightcast/types";
import { adapterFormat } from "../adapter/format";
import { FileError } from "../error";
import type { FileContent } from "../safetensors/dtypes";
import { headerLimit, readSafetensors } from "../safetensors/read";
import { gunzip, isGzip } from "./compress";
import { isWhole } from "./digest";
import { version } from "./encode";
import { type ModelNotes, notesIn } from "./notes";
import { withoutShared } from "./shared-texts";
import { faultOf } from "./topology";
import { setWeights, weightsIn } from "./weights";
import { defaultLimit, type Limits, withinLimits } from "./within-limits";

/** Options of readers of model files. */
export interface ReadOptions extends Limits {
  /** Name of the file in messages. @default "model file" */
  readonly file?: string;
}

/** Model of a file, with what the file says about it. */
export interface LoadedModel extends ModelNotes {
  readonly model: LayersModel;
}

/**
 * Model in the bytes of a model file. Dictionaries are looked up by name: register the modules first, with
 * `dictionaries.register(…)` of `@weightcast/dictionary`. The layers of `@weightcast/core` are registered here.
 *
 * @throws FileError `FILE_DAMAGED` if the bytes break a rule of the format; `FILE_FOREIGN` if they are a safetensors file of
 *   something else; `FILE_NEWER` if a newer version wrote them; `FILE_TOO_LARGE` if the model has more weights than `limit`;
 *   `FILE_UNUSABLE` if a layer or a dictionary in it is unknown, takes more work than `work`, or no longer makes the
 *   atoms that the file was saved with
 */
export async function decodeModel(
  bytes: Uint8Array,
  { file = "model file", ...limits }: ReadOptions = {},
): Promise<LoadedModel> {
  const content = readSafetensors(await uncompressed(bytes, { file, ...limits }), file);
  const topology = topologyIn(content, file);
  if (!(await isWhole(content)))
    throw new FileError(
      "FILE_DAMAGED",
      `${file}: its content is not what was saved: its digest is another; fetch or save it again`,
    );
  const notes = notesIn(content.metadata);
  if (typeof notes === "string")
    throw new FileError("FILE_DAMAGED", `${file}: its note ${notes} is not what it must be; save the model again`);
  const weights = weightsIn(content, file);
  registerLayers();
  const model = await withinLimits(limits, file, async () => {
    const made = await loadLayersModel(io.fromMemory({ modelTopology: topology }));
    setWeights(made, weights, file);
    return made;
  });
  return { model, ...notes };
}

/**
 * Bytes of a model file as safetensors: those that its compression holds, or the file itself if it is not compressed.
 *
 * @throws FileError `FILE_DAMAGED` if the compression is damaged; `FILE_TOO_LARGE` if it holds more than `limit` weights can have
 */
export const uncompressed = async (
  bytes: Uint8Array,
  { file = "model file", limit = defaultLimit }: Pick<ReadOptions, "file" | "limit"> = {},
): Promise<Uint8Array> => (isGzip(bytes) ? gunzip(bytes, headerLimit + 4 * limit, file) : bytes);

function topologyIn({ metadata }: FileContent, file: string): object {
  if (metadata.get("format") === adapterFormat)
    throw new FileError(
      "FILE_FOREIGN",
      `${file}: it is an adapter of Weightcast, not a model; give the model that it adapts, and this file as its adapter`,
    );
  if (metadata.get("format") !== "weightcast")
    throw new FileError("FILE_FOREIGN", `${file}: it is a safetensors file, but not a model file of Weightcast`);
  const written = Number(metadata.get("version"));
  if (written > version)
    throw new FileError(
      "FILE_NEWER",
      `${file}: it has version ${written} of the format, and this reader knows version ${version}; install a newer @weightcast/files`,
    );
  const stored = jsonIn(metadata.get("model") ?? "");
  if (written !== version || typeof stored !== "object" || stored === null)
    throw new FileError("FILE_DAMAGED", `${file}: its metadata hold no topology of a model, or no version`);
  const topology = withoutShared(stored, metadata);
  if (!topology)
    throw new FileError(
      "FILE_DAMAGED",
      `${file}: its recipes share a text that it does not hold; save the model again`,
    );
  const fault = faultOf(topology);
  if (fault !== undefined)
    throw new FileError("FILE_DAMAGED", `${file}: its topology ${fault}; save the model again with @weightcast/files`);
  return topology;
}
