export { type CompiledFunction, type CompileOptions, compileFunction } from "./compile-function";
export { type CompiledStep, type CompileStepOptions, compileStep, type Stepped } from "./compile-step";
export type { CompileError } from "./error";
export type { Preparation } from "./prepare";
export { type FoundRuntime, nodeRuntime, type Runtime, type SessionOptions } from "./runtime";
export type { SamplesOption } from "./samples";
export { type Traced, type TraceOptions, trace } from "./trace";
export type { Elements, Mapped, TensorSpec } from "./tree";
