import type { AdapterDictionary, AdapterFormName } from "@weightcast/runs/spec";
import type { ModelOptions } from "../../input/model-options";

/** Options of `weightcast adapt`. */
export type AdaptFlags = ModelOptions & {
  readonly form: AdapterFormName;
  readonly rank?: number;
  readonly entries?: number;
  readonly dictionary?: AdapterDictionary;
  readonly layers?: readonly string[];
  readonly head?: true;
  readonly biases?: true;
  readonly epochs: number;
  readonly rate?: number;
  readonly batch?: number;
  readonly seed: number;
  readonly data?: string;
  readonly validation?: number;
  readonly size?: number | readonly [number, number];
  readonly scale?: number;
  readonly offset?: number;
  readonly name: string;
  readonly compress: boolean;
  readonly out?: string;
};
