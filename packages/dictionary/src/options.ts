import type { Json } from "./contract";

/**
 * The options that a recipe or a configuration file gives a module, as the object its factory takes: `{}` for none.
 * Only the keys are checked, so that a misspelled option is not silently its default; the factory checks the values.
 * @param who the module's name, for the message
 * @param known the options there are
 * @throws TypeError if `options` is not an object
 * @throws RangeError if it holds another key
 */
export function checkOptions<Options extends object>(
  who: string,
  options: Json | undefined,
  known: readonly (keyof Options & string)[],
): Partial<Options> {
  if (options === undefined) return {};
  if (options === null || typeof options !== "object" || Array.isArray(options))
    throw new TypeError(`${who}: options must be an object; got ${JSON.stringify(options)}`);
  const names: readonly string[] = known;
  const unknown = Object.keys(options).find((key) => !names.includes(key));
  if (unknown !== undefined)
    throw new RangeError(
      `${who}: there is no option ${JSON.stringify(unknown)}; the options are ${known.join(", ") || "none"}`,
    );
  return options as Partial<Options>;
}
