import * as tf from "@tensorflow/tfjs-core";
import type { Sample, Tested } from "./agree";

/** Call of a kernel that TensorFlow.js has a gradient for. */
export interface KernelSample {
  readonly fn: Tested;
  readonly samples: readonly Sample[];
}

type Fn = (...tensors: never[]) => tf.Tensor | tf.Tensor[];

/** Numbers in [0.1, 0.9], all different. */
const floats = (shape: readonly number[]): Sample => {
  const size = tf.util.sizeFromShape([...shape]);
  const values = Array.from({ length: size }, (_, i) => 0.1 + (0.8 * ((i * 7) % size)) / size);
  return { shape, dtype: "float32", values };
};

const integers = (...values: readonly number[]): Sample => ({ shape: [values.length], dtype: "int32", values });

const booleans = (...values: readonly number[]): Sample => ({ shape: [values.length], dtype: "bool", values });

const call = (fn: Fn, ...samples: readonly (Sample | readonly number[])[]): KernelSample => ({
  fn: fn as Tested,
  samples: samples.map((sample) => ("dtype" in sample ? sample : floats(sample))),
});

const vector = (fn: Fn) => call(fn, [4]);
const pair = (fn: Fn) => call(fn, [4], [4]);
const images = [2, 6, 5, 3];

/** Every kernel that TensorFlow.js has a gradient for, by its name, with a typical call. */
export const kernelSamples: { readonly [kernel: string]: KernelSample } = {
  Abs: vector(tf.abs),
  Acos: vector(tf.acos),
  Acosh: vector((x: tf.Tensor) => tf.acosh(tf.add(x, 2))),
  Add: pair(tf.add),
  AddN: pair((a: tf.Tensor, b: tf.Tensor) => tf.addN([a, b])),
  ArgMax: vector(tf.argMax),
  ArgMin: vector(tf.argMin),
  Asin: vector(tf.asin),
  Asinh: vector(tf.asinh),
  Atan: vector(tf.atan),
  Atan2: pair(tf.atan2),
  Atanh: vector(tf.atanh),
  AvgPool: call((x: tf.Tensor4D) => tf.avgPool(x, 3, 2, "same"), images),
  AvgPool3D: call((x: tf.Tensor5D) => tf.avgPool3d(x, 2, 1, "same"), [1, 3, 4, 3, 2]),
  BatchMatMul: call(tf.matMul, [2, 3], [3, 4]),
  BatchToSpaceND: call(
    (x: tf.Tensor) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    [4, 2, 3, 1],
  ),
  BroadcastTo: call((x: tf.Tensor) => tf.broadcastTo(x, [3, 4]), [1, 4]),
  Cast: vector((x: tf.Tensor) => tf.cast(x, "float32")),
  Ceil: vector(tf.ceil),
  ClipByValue: vector((x: tf.Tensor) => tf.clipByValue(x, 0.3, 0.6)),
  ComplexAbs: pair((a: tf.Tensor, b: tf.Tensor) => tf.abs(tf.complex(a, b))),
  Concat: pair((a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b])),
  Conv2D: call((x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 1, "same"), images, [3, 3, 3, 2]),
  Conv2DBackpropInput: call(
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2dTranspose(x, w, [1, 6, 6, 2], 2, "same"),
    [1, 3, 3, 3],
    [3, 3, 2, 3],
  ),
  Conv3D: call((x: tf.Tensor5D, w: tf.Tensor5D) => tf.conv3d(x, w, 1, "same"), [1, 3, 4, 3, 2], [2, 2, 2, 2, 3]),
  Cos: vector(tf.cos),
  Cosh: vector(tf.cosh),
  Cumsum: vector(tf.cumsum),
  DepthwiseConv2dNative: call(
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, 1, "same"),
    images,
    [3, 3, 3, 2],
  ),
  Dilation2D: call((x: tf.Tensor4D, w: tf.Tensor3D) => tf.dilation2d(x, w, 1, "same"), images, [2, 3, 3]),
  Elu: vector(tf.elu),
  Erf: vector(tf.erf),
  Exp: vector(tf.exp),
  ExpandDims: vector(tf.expandDims),
  Expm1: vector(tf.expm1),
  Floor: vector(tf.floor),
  FloorDiv: call(tf.floorDiv, integers(4, 5), integers(2, 3)),
  FusedBatchNorm: call(
    // TensorFlow.js's gradient fails without an offset and a scale.
    (x: tf.Tensor, ...[mean, variance, offset, scale]: tf.Tensor1D[]) =>
      tf.batchNorm(x, mean!, variance!, offset, scale),
    images,
    [3],
    [3],
    [3],
    [3],
  ),
  GatherV2: call((x: tf.Tensor, at: tf.Tensor1D) => tf.gather(x, at), [4, 2], integers(3, 0, 3)),
  GreaterEqual: pair(tf.greaterEqual),
  Identity: vector(tf.clone),
  IsFinite: vector(tf.isFinite),
  IsInf: vector(tf.isInf),
  IsNan: vector(tf.isNaN),
  LRN: call((x: tf.Tensor4D) => tf.localResponseNormalization(x, 1), images),
  LeakyRelu: vector(tf.leakyRelu),
  Log: vector(tf.log),
  Log1p: vector(tf.log1p),
  LogSoftmax: vector(tf.logSoftmax),
  Max: vector(tf.max),
  MaxPool: call((x: tf.Tensor4D) => tf.maxPool(x, 3, 2, "same"), images),
  MaxPool3D: call((x: tf.Tensor5D) => tf.maxPool3d(x, 2, 1, "same"), [1, 3, 4, 3, 2]),
  Maximum: pair(tf.maximum),
  Mean: vector(tf.mean),
  Min: vector(tf.min),
  Minimum: pair(tf.minimum),
  MirrorPad: vector((x: tf.Tensor) => tf.mirrorPad(x, [[1, 2]], "reflect")),
  Mod: pair(tf.mod),
  Multiply: pair(tf.mul),
  Neg: vector(tf.neg),
  OneHot: call((at: tf.Tensor) => tf.oneHot(at, 3), integers(0, 2, 1)),
  OnesLike: vector(tf.onesLike),
  Pack: pair((a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b])),
  PadV2: vector((x: tf.Tensor) => tf.pad(x, [[1, 2]])),
  Pow: pair(tf.pow),
  Prelu: pair(tf.prelu),
  Prod: vector(tf.prod),
  RealDiv: pair(tf.div),
  Reciprocal: vector(tf.reciprocal),
  Relu: vector(tf.relu),
  Relu6: vector(tf.relu6),
  Reshape: vector((x: tf.Tensor) => tf.reshape(x, [2, 2])),
  ResizeBilinear: call((x: tf.Tensor4D) => tf.image.resizeBilinear(x, [7, 4]), images),
  ResizeNearestNeighbor: call((x: tf.Tensor4D) => tf.image.resizeNearestNeighbor(x, [7, 4]), images),
  Reverse: vector((x: tf.Tensor) => tf.reverse(x)),
  Round: vector(tf.round),
  Rsqrt: vector(tf.rsqrt),
  Select: call(tf.where, booleans(1, 0, 1, 0), [4], [4]),
  Selu: vector(tf.selu),
  Sigmoid: vector(tf.sigmoid),
  Sign: vector(tf.sign),
  Sin: vector(tf.sin),
  Sinh: vector(tf.sinh),
  Slice: vector((x: tf.Tensor) => tf.slice(x, [1], [2])),
  Softmax: vector(tf.softmax),
  Softplus: vector(tf.softplus),
  SpaceToBatchND: call(
    (x: tf.Tensor) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    [1, 3, 5, 1],
  ),
  SplitV: vector((x: tf.Tensor) => tf.split(x, [1, 3])),
  Sqrt: vector(tf.sqrt),
  Square: vector(tf.square),
  SquaredDifference: pair(tf.squaredDifference),
  Step: vector(tf.step),
  Sub: pair(tf.sub),
  Sum: vector(tf.sum),
  Tan: vector(tf.tan),
  Tanh: vector(tf.tanh),
  Tile: vector((x: tf.Tensor) => tf.tile(x, [3])),
  Transpose: call((x: tf.Tensor) => tf.transpose(x), [2, 3]),
  Unpack: call((x: tf.Tensor) => tf.unstack(x), [2, 3]),
  UnsortedSegmentSum: call(
    (x: tf.Tensor, ids: tf.Tensor1D) => tf.unsortedSegmentSum(x, ids, 3),
    [3, 2],
    integers(0, 2, 0),
  ),
  ZerosLike: vector(tf.zerosLike),
};
