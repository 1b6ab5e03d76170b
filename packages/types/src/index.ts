export type { Batch, BatchSource, ExampleBatch, ExampleSource, Part, Values } from "./batch";
export type { Json } from "./json";
export { jsonIn } from "./json-in";
export { masked } from "./masked";
export { type Matrix, sizeOf } from "./matrix";
export type { ObjectStore } from "./object-store";
export { pathPattern } from "./path-pattern";
export { printable } from "./printable";
