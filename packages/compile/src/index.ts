export { type CompiledFunction, type CompileOptions, compileFunction } from "./compile-function";
export { type CompiledStep, type CompileStepOptions, compileStep, type Stepped } from "./compile-step";
export { type BatchSpec, type ExportOptions, exportOnnx } from "./export-onnx";
export type { CompileError } from "./kernels/kernel";
export type { Preparation, SamplesOption } from "./onnx/preparation";
export { type FoundRuntime, nodeRuntime, type Runtime, type SessionOptions } from "./onnx/runtime";
export { type Traced, type TraceOptions, trace } from "./trace/trace";
export type { Elements, Mapped, TensorSpec } from "./trace/tree";
