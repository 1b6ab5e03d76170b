import { type LayersModel, layers, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { AdaptedLayer } from "@weightcast/core";
import { type Layer, type Placed, partsOf, placedIn } from "../model/parts";
import { rebuild } from "../model/rebuild";

/** Classes of layers that may stand between a head and the outputs: they take any number of inputs and have no weights. */
const passing = ["Activation", "Dropout", "Softmax"];

/** Dense layer that gives a model's outputs, up to an activation; undefined if there is none, or the model has several outputs. */
export function headOf(model: LayersModel): Placed | undefined {
  const layer = model.outputs.length === 1 ? headAt(model.outputs[0]!) : undefined;
  return placedIn(model).find((placed) => placed.layer === layer);
}

function headAt({ sourceLayer, nodeIndex }: SymbolicTensor): Layer | undefined {
  const { inboundLayers, inputTensors } = sourceLayer.inboundNodes[nodeIndex]!;
  if (partsOf(sourceLayer)) {
    const { outputs } = sourceLayer as Partial<LayersModel>;
    return outputs?.length === 1 ? headAt(outputs[0]!) : undefined;
  }
  const { base = sourceLayer } = sourceLayer as Partial<AdaptedLayer>;
  if (base.getClassName() === "Dense") return sourceLayer;
  return passing.includes(sourceLayer.getClassName()) && inboundLayers.length === 1
    ? headAt(inputTensors[0]!)
    : undefined;
}

/**
 * Copy of a model whose head has another number of outputs. The new head's weights are zero, to be learned with `full()`.
 * @param outputs of the new head
 * @throws RangeError if the model has no head that can be replaced
 */
export function newHead(model: LayersModel, outputs: number): LayersModel {
  const head = headOf(model);
  if (!head)
    throw new RangeError(
      "newHead: the model's outputs must be those of one dense layer, up to an activation; replace its last layers yourself",
    );
  return rebuild(model, (layer) =>
    layer === head.layer
      ? {
          layer: layers.dense({
            ...(layer.getConfig() as unknown as Parameters<typeof layers.dense>[0]),
            units: outputs,
            kernelInitializer: "zeros",
            biasInitializer: "zeros",
          }),
        }
      : undefined,
  );
}
