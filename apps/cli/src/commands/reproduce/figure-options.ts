import type { FigureOption, FigureValues } from "@weightcast/experiments";
import { type Command, Option } from "commander";
import { usageError } from "../../errors";
import { dataInput } from "../../input/data-input";
import { integer, namesOf, number, setOf, share } from "../../input/parse";

/** Option of the command line for an option of a figure. */
export function optionOf({ flag, description, default: words, value }: FigureOption): Option {
  const option = new Option(flag, words === undefined ? description : `${description} (default: ${words})`);
  switch (value.kind) {
    case "flag":
      return value.conflicts === undefined ? option : option.conflicts(value.conflicts);
    case "integer":
      return withInitial(option.argParser(integer(value.least)), value.initial);
    case "number":
      return withInitial(option.argParser(number), value.initial);
    case "integers":
      return option.argParser(setOf(integer()));
    case "numbers":
      return option.argParser(setOf(number));
    case "shares":
      return option.argParser(setOf(share));
    case "names":
      return option.argParser(namesOf(value.what, value.known));
    case "data":
    case "text":
      return option;
  }
}

const withInitial = (option: Option, initial: number | undefined): Option =>
  initial === undefined ? option : option.default(initial);

/**
 * Values of a figure's options on this command line, by the names of the options. The data and their name are one value.
 * @throws a usage error if a published data set is given a name, or a name is given without data
 */
export function valuesOf(options: readonly FigureOption[], command: Command): FigureValues {
  const given = options.flatMap((option): [FigureOption, unknown][] => {
    const value: unknown = command.getOptionValue(optionOf(option).attributeName());
    return value === undefined ? [] : [[option, value]];
  });
  const { dataName, ...values } = Object.fromEntries(given.map(([{ name }, value]) => [name, value]));
  const data = given.find(([{ value }]) => value.kind === "data");
  if (data) return { ...values, [data[0].name]: dataInput(String(data[1]), dataName as string | undefined) };
  if (dataName !== undefined)
    throw usageError(`--data-name names the images of a folder; add --data and the folder, or leave it out`);
  return values;
}
