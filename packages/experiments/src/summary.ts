import type { RunRecord } from "./record";

/** A run as one row of a table. */
export interface Summary {
  readonly method: string;
  /** Share of the predicted layers' weights that is learned, in (0, 1]; 1 where no layer is predicted. */
  readonly proportion: number;
  /** Learned weights of the hidden layers. */
  readonly dynamic: number;
  /** Fixed weights of the hidden layers: all of U. */
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
  const { account, bytes, testError, seconds, domain } = result;
  const sizes = [domain.reduce((a, b) => a * b, 1), ...spec.hidden.map(({ units }) => units)];
  const dense = spec.hidden.map(({ weights }, i) => (weights === "dense" ? sizes[i]! * sizes[i + 1]! : 0));
  const dynamic = account.dynamic + dense.reduce((a, b) => a + b, 0);
  return {
    method: spec.label,
    proportion: account.proportion,
    dynamic,
    static: account.static,
    stored: account.stored,
    bytes,
    testError,
    seconds,
  };
}
