import { ruleBroken, shareOf, unitsOf } from "@weightcast/runs/spec";
import { InvalidArgumentError, Option } from "commander";
import { unknownName } from "./suggest";

/*
 * Parsers of the values of flags. Each throws commander's InvalidArgumentError, which commander prints with the flag's name.
 */

/** Parser of an integer of at least `least`. */
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

/** Finite number; its range is checked by the schema. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

/** Parser of a flag that sets one field of a run, by the field's own rule. @param path of the field: "training.epochs" */
export const field =
  (path: string) =>
  (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    const rule = ruleBroken(path.split("."), value);
    if (rule !== undefined) throw new InvalidArgumentError(`It ${rule}.`);
    return value;
  };

/** Parser of a flag whose value a configuration file writes the same way: the rule that it throws is the flag's fault. */
const asInFiles =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(`It ${(error as Error).message}.`);
    }
  };

/** Share in (0, 1]: a number or a fraction. */
export const share = asInFiles(shareOf);

/** Units of hidden layers: "500,500". */
export const units = asInFiles(unitsOf);

/** Names separated by commas. */
export function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim());
  if (list.includes("")) throw new InvalidArgumentError("It must be names separated by commas.");
  return list;
}

/** Parser of different known names, separated by commas. */
export const namesOf =
  (what: string, known: readonly string[]) =>
  (text: string): string[] => {
    const list = names(text);
    const unknown = list.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new InvalidArgumentError(sentence(unknownName(what, unknown, known)));
    return distinct(list);
  };

/** Parser of values separated by commas. */
const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    text.split(",").map((part) => parse(part));

/** Parser of different values separated by commas: "1,2,3". */
export const setOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    distinct(listOf(parse)(text));

/** Positive integers separated by commas: "28,28". */
export const integers = listOf(integer(1));

/** Size of images in pixels: one number for both sides, or the height and the width, "32,48". */
export function imageSize(text: string): number | number[] {
  const sides = integers(text);
  if (sides.length > 2)
    throw new InvalidArgumentError("It must be a number of pixels, or the height and width: 32,48.");
  return sides.length === 1 ? sides[0]! : sides;
}

/** JSON object. */
export function jsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: refused below.
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new InvalidArgumentError(`It must be a JSON object such as '{"size": 100}'.`);
  return value as Record<string, unknown>;
}

/** All values of a flag that may be repeated. */
export const gather = (text: string, earlier: readonly string[] = []): string[] => [...earlier, text];

/** Option whose value is one of a few names; a misspelled name gets a suggestion. */
export function choice(flags: string, description: string, what: string, known: readonly string[]): Option {
  return new Option(flags, description).choices(known).argParser((text: string) => {
    if (!known.includes(text)) throw new InvalidArgumentError(sentence(unknownName(what, text, known)));
    return text;
  });
}

/** The list itself, if its values differ: results of equal values would count as independent. */
function distinct<T>(list: T[]): T[] {
  const repeated = list.find((value, i) => list.indexOf(value) < i);
  if (repeated !== undefined)
    throw new InvalidArgumentError(`Each value must be given once; ${repeated} is given twice.`);
  return list;
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
