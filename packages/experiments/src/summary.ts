import type { RunRecord } from "./record";

/** A run as one row of a table. */
export interface Summary {
  readonly method: string;
  /** Share of the predicted layers' weights that is learned, in (0, 1]; 1 where no layer is predicted. */
  readonly proportion: number;
  /** Learned weights of the layers that can be predicted: the hidden ones, or those of a network but the last. */
  readonly dynamic: number;
  /** Fixed weights of these layers: all of U. */
  readonly static: number;
  /** The part of `static` that the model's file must hold. */
  readonly stored: number;
  /** Bytes of the model's file. */
  readonly bytes: number;
  /** In [0, 1]. */
  readonly testError: number;
  readonly seconds: number;
}

/** What tables say of a run. Biases and the last layer are never predicted, and not counted. */
export function summarize({ spec, result }: RunRecord): Summary {
  const { account, bytes, testError, seconds } = result;
  return {
    method: spec.label,
    proportion: account.proportion,
    dynamic: learned(spec, result),
    static: account.static,
    stored: account.stored,
    bytes,
    testError,
    seconds,
  };
}

/** Learned weights of the layers that can be predicted, whether they are or not. */
function learned({ hidden }: RunRecord["spec"], { account, domain, layers }: RunRecord["result"]): number {
  if (layers) return layers.reduce((sum, { dynamic }) => sum + dynamic, 0);
  const sizes = [domain.reduce((a, b) => a * b, 1), ...hidden.map(({ units }) => units)];
  const dense = hidden.map(({ weights }, i) => (weights === "dense" ? sizes[i]! * sizes[i + 1]! : 0));
  return account.dynamic + dense.reduce((a, b) => a + b, 0);
}
