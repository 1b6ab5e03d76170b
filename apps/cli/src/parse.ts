import { InvalidArgumentError, Option } from "commander";
import { unknownName } from "./suggest";

/*
 * What follows a flag, read. Each throws commander's InvalidArgumentError, which commander prints with the flag's name.
 */

/** An integer of at least `least`. */
export const integer =
  (least = Number.MIN_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(
        least === Number.MIN_SAFE_INTEGER ? "It must be an integer." : `It must be an integer of at least ${least}.`,
      );
    return value;
  };

/** A finite number; what range it must lie in is the schema's business. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

/** A share in (0, 1], as a number or as a fraction such as "2/9", which has no end as a decimal. */
export function share(text: string): number {
  const [over, under = 1, ...rest] = text.split("/").map(number);
  const value = over! / under;
  if (rest.length > 0 || !(value > 0 && value <= 1))
    throw new InvalidArgumentError("It must be in (0, 1], a number or a fraction such as 2/9.");
  return value;
}

/** Names between commas. */
export function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim());
  if (list.includes("")) throw new InvalidArgumentError("It must be names separated by commas.");
  return list;
}

/** Names between commas, each of them known and there once. */
export const namesOf =
  (what: string, known: readonly string[]) =>
  (text: string): string[] => {
    const list = names(text);
    const stranger = list.find((name) => !known.includes(name));
    if (stranger !== undefined) throw new InvalidArgumentError(sentence(unknownName(what, stranger, known)));
    return distinct(list);
  };

/** Values between commas, each read by `parse`. */
const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    text.split(",").map((part) => parse(part));

/** Different values between commas: "1,2,3". */
export const setOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    distinct(listOf(parse)(text));

/** Positive integers between commas: "500,500", "28,28". */
export const integers = listOf(integer(1));

/** A JSON object. */
export function jsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: told below.
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new InvalidArgumentError(`It must be a JSON object such as '{"size": 100}'.`);
  return value as Record<string, unknown>;
}

/** Gathers a flag that is given several times. */
export const gather = (text: string, earlier: readonly string[] = []): string[] => [...earlier, text];

/** An option whose value is one of a few names; a misspelled one gets a suggestion. */
export function choice(flags: string, description: string, what: string, known: readonly string[]): Option {
  return new Option(flags, description).choices(known).argParser((text: string) => {
    if (!known.includes(text)) throw new InvalidArgumentError(sentence(unknownName(what, text, known)));
    return text;
  });
}

/** Runs of the same would count as independent ones. */
function distinct<T>(list: T[]): T[] {
  const twice = list.find((value, i) => list.indexOf(value) < i);
  if (twice !== undefined) throw new InvalidArgumentError(`Each value must be there once; ${twice} is there twice.`);
  return list;
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
