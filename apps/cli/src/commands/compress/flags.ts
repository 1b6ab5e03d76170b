import type { OfferedName } from "@weightcast/runs/spec";
import type { ModelOptions } from "../../input/model-options";

/** Options of `weightcast compress`. */
export type CompressFlags = ModelOptions & {
  readonly learned?: number;
  readonly bytes?: number;
  readonly error?: number;
  readonly dictionary: readonly OfferedName[];
  readonly columns: number;
  readonly layers?: readonly string[];
  readonly map?: string;
  readonly samples: number;
  readonly epochs: number;
  readonly rate?: number;
  readonly distill: number;
  readonly seed: number;
  readonly data?: string;
  readonly validation?: number;
  readonly size?: number | readonly [number, number];
  readonly scale?: number;
  readonly offset?: number;
  readonly compress: boolean;
  readonly out?: string;
  readonly report?: string;
};
