export type { Batch, BatchSource } from "./batch";
export type { Json } from "./json";
export { type Matrix, sizeOf } from "./matrix";
export { printable } from "./printable";
