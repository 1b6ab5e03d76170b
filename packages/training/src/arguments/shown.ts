/** Short description of a value that is not what was asked for, for messages. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.length > 6 ? `an array of ${value.length}` : `the array [${value.map(shown)}]`;
  if ("then" in value) return "a promise; await it";
  if ("forEachAsync" in value) return "a tf.data Dataset";
  if ("dataSync" in value) return "a tensor";
  const { name } = value.constructor ?? {};
  if (name !== undefined && name !== "Object") return `a ${name}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? "an empty object" : `an object with ${keys.slice(0, 5).join(", ")}`;
}

/** Names of a kind of options; the compiler holds them complete. */
export type Names<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Checks that options are an object, and only those that exist, so that a misspelled one is not ignored.
 * @param who the caller's name, for the message
 * @param hint what may have been meant, by the name of an option that does not exist
 * @throws TypeError or RangeError naming what is wrong
 */
export function checkOptionNames<Options extends object>(
  who: string,
  options: Options,
  names: Names<Required<Options>>,
  hint: Readonly<Record<string, string>> = {},
): void {
  const known = Object.keys(names);
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new TypeError(`${who}: options must be an object with ${known.join(", ")}; got ${shown(options)}`);
  const unknown = Object.entries(options).find(([key, value]) => value !== undefined && !known.includes(key));
  if (!unknown) return;
  const meant = hint[unknown[0]];
  throw new RangeError(
    `${who}: there is no option ${JSON.stringify(unknown[0])}${meant ? `: ${meant}` : ""}; the options are ${known.join(", ")}`,
  );
}
