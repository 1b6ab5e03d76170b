import * as tf from "@tensorflow/tfjs-core";
import { kernels } from "../kernels";
import { type Coverage, kernelCoverage, layerCoverage, type Status } from "./coverage";

const random =
  "in training it draws random numbers; `@weightcast/training` draws them outside of the graph, and compiles the rest";
const recurrent =
  "states of `stateful: true`, and random numbers of a dropout of its own in training, are inputs of the graph in `@weightcast/training`; alone, they cannot be compiled";
const complex = "complex numbers: ONNX Runtime has no type for them";
const shape = "the shape of its result depends on values";
const text = "strings";

/** Why layers are not compiled, or what else one should know, by name. */
const layerNotes: { readonly [name: string]: string } = {
  alphaDropout: random,
  batchNormalization: "with the statistics of each batch in `@weightcast/training`, where they are part of the state",
  centerCrop: "TensorFlow.js has no gradient",
  conv3dTranspose: "TensorFlow.js has no gradient",
  convLstm2d: recurrent,
  categoryEncoding: "reads the values of its input to check their range; it has no gradient",
  dropout: random,
  embedding: "its input is integers; the gradient is that of the table",
  gaussianDropout: random,
  gaussianNoise: random,
  gru: recurrent,
  lstm: recurrent,
  masking: "TensorFlow.js has no gradient with respect to its input",
  randomWidth: "the width of its result is random",
  rnn: recurrent,
  simpleRNN: recurrent,
  spatialDropout1d: random,
  thresholdedReLU: "TensorFlow.js has no gradient",
};

/** Why kernels are not compiled, by name. */
const kernelNotes: { readonly [name: string]: string } = {
  BroadcastArgs: "its result is a shape",
  Complex: complex,
  ComplexAbs: complex,
  Draw: "draws on a canvas",
  FFT: complex,
  IFFT: complex,
  Imag: complex,
  Multinomial: "draws random numbers; draw them outside, and pass them in",
  NonMaxSuppressionV3: shape,
  NonMaxSuppressionV4: "its loop depends on values",
  NonMaxSuppressionV5: shape,
  RaggedGather: shape,
  RaggedRange: shape,
  RaggedTensorToTensor: shape,
  Real: complex,
  SparseFillEmptyRows: shape,
  SparseReshape: shape,
  SparseSegmentMean: shape,
  SparseSegmentSum: shape,
  StaticRegexReplace: text,
  StringNGrams: text,
  StringSplit: text,
  StringToHashBucketFast: text,
  Transform: "TensorFlow.js's cpu backend transforms only the first image of a batch",
  Unique: shape,
};

const word: { readonly [status in Status]: string } = { yes: "compiled", no: "eager", none: "–" };

/** Names of the kernels of TensorFlow.js's cpu backend that it has no gradient for; gradients call some of them. */
const withoutGradient = (): readonly string[] =>
  tf
    .getKernelsForBackend("cpu")
    .map(({ kernelName }) => kernelName)
    .filter((name) => !tf.getGradient(name))
    .sort();

/**
 * Table of what is compiled, as Markdown.
 * @throws Error if something is not compiled and has no note, or a note is for nothing
 */
export function coverageTable(): string {
  const layers = [...layerCoverage()];
  const differentiable = [...kernelCoverage()];
  const others = withoutGradient().map(
    (name) => [name, { forward: name in kernels ? "yes" : "no", gradient: "none" }] as const,
  );
  assertNotes(layers, layerNotes);
  assertNotes([...differentiable, ...others], kernelNotes);
  return `# What is compiled

Every layer of TensorFlow.js, and every kernel, which are the operations that all others consist of: compiled into the graph, or
run eagerly, and why. Options that are not compiled are an error that names the kernel and the option. \`–\`: there is no gradient in
TensorFlow.js either, or it is zero.

This table is the result of compiling everything in it: \`npx vitest run packages/compile/src/coverage.test.ts -u\`.

## Layers

${rows("layer", layers, layerNotes)}

## Kernels with a gradient

${rows("kernel", differentiable, kernelNotes)}

## Other kernels

${rows("kernel", others, kernelNotes)}
`;
}

type Rows = readonly (readonly [name: string, coverage: Coverage])[];

/** Rows of a table, with columns as wide as their widest cell: the linter's form. */
function rows(title: string, list: Rows, notes: { readonly [name: string]: string }): string {
  const cells = [
    [title, "forward", "gradient", ""],
    ...list.map(([name, { forward, gradient }]) => [`\`${name}\``, word[forward], word[gradient], notes[name] ?? ""]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const [header, ...rest] = cells.map(line);
  return [header, line(widths.map((width) => "-".repeat(width))), ...rest].join("\n");
}

function assertNotes(list: Rows, notes: { readonly [name: string]: string }): void {
  const missing = list.filter(
    ([name, { forward, gradient }]) => (forward === "no" || gradient === "no") && !notes[name],
  );
  const names = list.map(([name]) => name);
  const needless = Object.keys(notes).filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new Error(`no reason is given why these are not compiled: ${missing.map(([name]) => name).join(", ")}`);
  if (needless.length > 0) throw new Error(`reasons are given for what does not exist: ${needless.join(", ")}`);
}
