export type { Batch, BatchSource } from "./batch";
export type { Json } from "./json";
export { jsonIn } from "./json-in";
export { type Matrix, sizeOf } from "./matrix";
export { printable } from "./printable";
