import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** Members of TensorFlow.js's wasm backend that the patches use, some of them private there. */
export interface WasmBackend {
  readonly wasm: {
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    cwrap(name: string, result: null, types: readonly ("number" | "array")[]): (...values: unknown[]) => void;
    readonly tfjs: {
      registerTensor(id: number, size: number, offset: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: object): { readonly id: number; readonly memoryOffset: number } };
  dataIdNextNumber: number;
  makeOutput(shape: readonly number[], dtype: string, offset?: number, values?: tf.TypedArray): TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
}

/** Arguments that a kernel is called with. */
export type KernelArguments = Parameters<KernelFunc>[0];

/** Attributes of a kernel call, by their names in tfjs-core. */
export const attributes = <Attributes>({ attrs }: KernelArguments): Attributes => attrs as unknown as Attributes;

/** Shape with four axes. */
export type Four = readonly [number, number, number, number];

/** Shape of a tensor that has four axes. */
export const four = ({ shape }: TensorInfo): Four => shape as [number, number, number, number];

/** Backend in a kernel's arguments. */
export const backendOf = ({ backend }: KernelArguments): WasmBackend => backend as WasmBackend;

/** Input of the given name. */
export const input = ({ inputs }: KernelArguments, name: string): TensorInfo => inputs[name] as TensorInfo;

/** View of a tensor's memory, valid until the next allocation: wasm memory moves when it grows. */
export function view(backend: WasmBackend, x: TensorInfo): tf.TypedArray {
  const { memoryOffset } = backend.dataIdMap.get(x.dataId);
  const size = tf.util.sizeFromShape(x.shape);
  const { buffer } = backend.wasm.HEAPU8;
  if (x.dtype === "float32") return new Float32Array(buffer, memoryOffset, size);
  return x.dtype === "int32" ? new Int32Array(buffer, memoryOffset, size) : new Uint8Array(buffer, memoryOffset, size);
}

/** Runs another kernel of the wasm backend. The caller disposes of the result. */
export function run(
  name: string,
  backend: WasmBackend,
  inputs: Record<string, TensorInfo>,
  attrs: Record<string, unknown> = {},
): TensorInfo {
  const { kernelFunc } = tf.getKernel(name, "wasm");
  return kernelFunc({ inputs, backend, attrs: attrs as tf.NamedAttrMap }) as TensorInfo;
}

/** Tensor that shares the memory of another under a different shape. It is not counted as a reference: do not dispose of it. */
export const reshaped = ({ dataId, dtype }: TensorInfo, shape: number[]): TensorInfo => ({ dataId, dtype, shape });

/** Shape as the bytes of int32 numbers, which is how wasm kernels take it. */
export const bytesOf = (shape: readonly number[]) => new Uint8Array(new Int32Array(shape).buffer);
