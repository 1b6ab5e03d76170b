import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { merge } from "@weightcast/convert";
import type { ModelNotes } from "../model/notes";

/**
 * Layers model of TensorFlow.js, merged: for pages that know no Weightcast, `loadLayersModel` reads it. Save it by any handler of
 * TensorFlow.js, such as `fileModel(folder).save(artifacts)`.
 * @param notes are in `userDefinedMetadata`
 */
export async function toTfjs(model: LayersModel, notes: ModelNotes = {}): Promise<io.ModelArtifacts> {
  const ordinary = merge(model);
  if (Object.keys(notes).length > 0) ordinary.setUserDefinedMetadata({ ...notes });
  let saved: io.ModelArtifacts | undefined;
  try {
    await ordinary.save(
      io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    return saved!;
  } finally {
    ordinary.dispose();
  }
}
