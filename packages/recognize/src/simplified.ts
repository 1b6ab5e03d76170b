import type { Finding } from "./find/finding";

/** Model without what is found in it. */
export interface Simplified {
  /** Its files: `model.onnx`, or `model.json` and its weights. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Bytes of the constants that are left. */
  readonly weights: number;
  /** Findings that are no longer stored. */
  readonly applied: readonly Finding[];
  /** Tensors that stay as they were although something was found in them, and why. */
  readonly kept: readonly { readonly tensor: string; readonly reason: string }[];
}
