// What the peers need to know of a tf.layers model, and what its training step costs.

/**
 * The layers of a model, as plain data for peers in any language. Their arrays are named `${layer}.${weight}`.
 *
 * @param model a sequential tf.layers model
 * @param prepared whether what the first layer does with fixed weights alone has been done beforehand
 */
export const describe = (model, prepared) =>
  model.layers
    .filter((layer) => layer.getClassName() !== "InputLayer")
    .map((layer, i) => ({ ...kindOf(layer), first: i === 0, prepared: Boolean(prepared) && i === 0 }));

function kindOf(layer) {
  const { name, units } = layer;
  const inputs = layer.input.shape.at(-1);
  const { activation } = layer.getConfig();
  switch (layer.getClassName()) {
    case "Dense":
      return { kind: "dense", name, inputs, units, activation, weights: ["kernel", "bias"] };
    case "FactorizedDense": {
      const { columns, rank } = layer;
      const weights = ["coefficients", "bias"];
      return { kind: "factorized", name, inputs, units, columns, rank, activation, weights };
    }
    default:
      throw new Error(`describe: no peer knows a ${layer.getClassName()}; add it to lib/layers.mjs and the peers`);
  }
}

/** Arrays of a layer that are not trained, by name. */
export const fixedArrays = (layer) => (layer.getClassName() === "FactorizedDense" ? { atoms: layer.atoms() } : {});

/** Floating-point operations of the matrix products of one training step: forward, and both gradients. */
export const flops = (layers, batch) => layers.reduce((sum, layer) => sum + 2 * batch * products(layer), 0);

/** Multiplications per sample. The first layer's inputs need no gradient, fixed weights neither. */
function products({ kind, inputs, units, columns, rank, first, prepared }) {
  switch (kind) {
    case "dense":
      return inputs * units * (first ? 2 : 3);
    case "factorized": {
      const throughAtoms = inputs * columns * rank * (prepared ? 0 : first ? 1 : 2);
      return throughAtoms + rank * units * (first ? 2 : 3);
    }
    default:
      throw new Error(`flops: count the products of a ${kind} layer here`);
  }
}
