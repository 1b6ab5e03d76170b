// Kernels of the convolutions of an ONNX file, read from its protocol buffers: only the fields that hold nodes and initializers.

import { readFileSync } from "node:fs";

/** Convolutions, in the layout of TensorFlow.js: [outputs, channels, height, width] becomes [height, width, channels, outputs]. */
export function onnxModel(file) {
  const graph = fieldsOf(fieldsOf(readFileSync(file)).find(({ number }) => number === 7).bytes);
  const initializers = new Map();
  for (const { number, bytes } of graph) {
    if (number === 5) add(initializers, tensorOf(bytes));
    // Paddle exports weights as nodes of the kind Constant.
    if (number === 1) {
      const node = nodeOf(bytes);
      if (node.op === "Constant" && node.tensor) add(initializers, { ...tensorOf(node.tensor), name: node.outputs[0] });
    }
  }
  return graph.flatMap(({ number, bytes }) => {
    if (number !== 1) return [];
    const { op, inputs, group } = nodeOf(bytes);
    const weight = initializers.get(inputs[1]);
    if (op !== "Conv" || weight?.shape.length !== 4) return [];
    const isDepthwise = group > 1 && weight.shape[1] === 1;
    if (group > 1 && !isDepthwise) return [];
    return [{ name: inputs[1], kind: isDepthwise ? "depthwise" : "conv", ...transposed(weight) }];
  });
}

const add = (map, tensor) => {
  if (tensor.data) map.set(tensor.name, tensor);
};

function transposed({ shape: [outputs, channels, height, width], data }) {
  const result = new Float32Array(data.length);
  const window = height * width;
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < window; p++) result[(p * channels + c) * outputs + o] = data[(o * channels + c) * window + p];
  return { shape: [height, width, channels, outputs], data: result };
}

/** TensorProto: dims 1, data_type 2, float_data 4, name 8, raw_data 9. Only float32. */
function tensorOf(bytes) {
  const fields = fieldsOf(bytes);
  const text = fields.find(({ number }) => number === 8)?.bytes.toString() ?? "";
  const shape = fields
    .filter(({ number }) => number === 1)
    .flatMap(({ value, bytes }) => (bytes ? varints(bytes) : [value]));
  const type = fields.find(({ number }) => number === 2)?.value;
  const raw = fields.find(({ number }) => number === 9 || number === 4)?.bytes;
  const data =
    type === 1 && raw ? new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length)) : undefined;
  return { name: text, shape, data };
}

/** NodeProto: input 1, output 2, op_type 4, attribute 5. AttributeProto: name 1, i 3, t 5. */
function nodeOf(bytes) {
  const fields = fieldsOf(bytes);
  const texts = (number) => fields.filter((field) => field.number === number).map((field) => field.bytes.toString());
  const attributes = new Map(
    fields
      .filter(({ number }) => number === 5)
      .map((field) => {
        const parts = fieldsOf(field.bytes);
        return [parts.find(({ number }) => number === 1).bytes.toString(), parts];
      }),
  );
  return {
    op: texts(4)[0],
    inputs: texts(1),
    outputs: texts(2),
    group: attributes.get("group")?.find(({ number }) => number === 3)?.value ?? 1,
    tensor: attributes.get("value")?.find(({ number }) => number === 5)?.bytes,
  };
}

/** Fields of a message: { number, value } or { number, bytes }. */
function fieldsOf(bytes) {
  const fields = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    if (key % 8 === 0) fields.push({ number, value: varint() });
    else {
      const length = { 1: 8, 5: 4 }[key % 8] ?? varint();
      fields.push({ number, bytes: bytes.subarray(at, at + length) });
      at += length;
    }
  }
  return fields;
}

function varints(bytes) {
  const values = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) {
      values.push(value);
      value = 0;
      scale = 1;
    }
  }
  return values;
}
