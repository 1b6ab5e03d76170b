import type { WeightType } from "@weightcast/files/types";
import type { ModelOptions } from "../../input/model-options";

/** Options of `weightcast quantize`. */
export type QuantizeFlags = ModelOptions & {
  readonly type?: WeightType;
  readonly bytes?: number;
  readonly layer?: Readonly<Record<string, WeightType>>;
  readonly vectors: WeightType;
  readonly scaledBy: "column" | "tensor";
  readonly compress: boolean;
  readonly epochs: number;
  readonly rate?: number;
  readonly data?: string;
  readonly out?: string;
};
