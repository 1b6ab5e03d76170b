import { type Fingerprint, sameFingerprint, shown } from "@weightcast/dictionary";
import { jsonIn } from "@weightcast/types";
import { isFingerprints } from "../layers/factorization";
import type { TermConfig } from "./term";

/** What one adapter adds to a layer, as JSON. */
export interface AdapterConfig {
  readonly name: string;
  readonly term: TermConfig;
  /** Whether the layer's bias is learned, too. */
  readonly bias: boolean;
  /** Factor on what is added. @default 1 */
  readonly factor?: number;
  /** Fingerprints of the atoms. */
  readonly prints?: readonly Fingerprint[];
}

/** Adapters of a layer in its configuration. */
export interface SavedAdapters {
  readonly active?: string;
  readonly adapters: readonly AdapterConfig[];
}

/** @throws RangeError unless an adapter's name can be part of a weight's */
export function checkName(name: unknown): asserts name is string {
  if (typeof name !== "string" || !/^[A-Za-z0-9][-\w.]{0,99}$/.test(name))
    throw new RangeError(
      `the name of an adapter must be letters, digits, "-", "_" or ".", at most 100, and begin with a letter or digit; got ${shown(name)}`,
    );
}

/** @throws RangeError if the atoms are no longer those that an adapter was saved with */
export function checkPrints(
  who: string,
  saved: readonly Fingerprint[] | undefined,
  made: readonly Fingerprint[],
): void {
  if (!saved) return;
  if (saved.length !== made.length || !made.every((print, i) => sameFingerprint(saved[i]!, print)))
    throw new RangeError(
      `${who}: its dictionary no longer makes the atoms that the adapter was saved with; install the version it was saved with`,
    );
}

/** Adapters in the JSON of a configuration. */
export function savedIn(who: string, text: unknown): SavedAdapters {
  if (text === undefined || text === null) return { adapters: [] };
  const { active, adapters } = Object(typeof text === "string" ? jsonIn(text) : undefined) as Partial<SavedAdapters>;
  if (
    !Array.isArray(adapters) ||
    !adapters.every(isAdapterConfig) ||
    (active !== undefined && typeof active !== "string")
  )
    throw new RangeError(
      `${who}: adapters of the configuration must be JSON of { active, adapters }; got ${shown(text)}`,
    );
  return { adapters, ...(active !== undefined && { active }) };
}

/** Whether a value has the entries of an adapter's configuration, except that its term is not checked. */
export function isAdapterConfig(value: unknown): value is AdapterConfig {
  const { name, term, bias, factor, prints } = Object(value) as Partial<AdapterConfig>;
  return (
    typeof name === "string" &&
    typeof term === "object" &&
    term !== null &&
    typeof bias === "boolean" &&
    (factor === undefined || typeof factor === "number") &&
    (prints === undefined || isFingerprints(prints))
  );
}
