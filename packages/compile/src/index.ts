export { compileFunction } from "./compile-function";
export { type CompiledStep, type CompileStepOptions, compileStep, type Stepped } from "./compile-step";
export type { CompiledFunction, CompileOptions } from "./compiled-function";
export { type ExportOptions, exportOnnx } from "./export-onnx";
export {
  constant,
  type ElementArray,
  type ElementType,
  integers,
  type Node,
  nodesOf,
  op,
  type Value,
} from "./graph/graph";
export type { CompileError, Device } from "./kernels/kernel";
export { cast, reshape, transpose } from "./kernels/shapes";
export { type FoundDevice, findDevice } from "./onnx/device";
export type { Opset } from "./onnx/onnx";
export type { Preparation, SamplesOption } from "./onnx/preparation";
export { type FoundRuntime, nodeRuntime, type Runtime, type SessionOptions } from "./onnx/runtime";
export { type Traced, trace } from "./trace/trace";
export type { TraceOptions } from "./trace/tracer";
export type {
  ArraysOf,
  BatchSpec,
  Elements,
  ElementsOf,
  Mapped,
  ResultTypes,
  SpecTree,
  TensorSpec,
  TensorsOf,
} from "./trace/tree";
