import { Option } from "commander";
import { dataNames, networkMethodNames } from "./names";
import { namesOf } from "./parse";
import { dataOf } from "./run-input";

/** What {@link networkFlags} hold where they were given. */
export interface NetworkFlags {
  readonly data?: string;
  readonly dataName?: string;
  readonly methods?: (typeof networkMethodNames)[number][];
}

/** Flags of figures about networks for color images. @param methods the default ones */
export const networkFlags = (methods: string): readonly Option[] => [
  new Option("--data <name>", `${dataNames.slice(1).join(", ")}, or a folder of images (default: cifar10, downloaded)`),
  new Option("--data-name <name>", "what results on the images of a folder are called (default: the folder's name)"),
  new Option("--methods <names>", `some of ${networkMethodNames.join(", ")} (default: ${methods})`).argParser(
    namesOf("method", networkMethodNames),
  ),
];

/** The options that those flags give. @throws a usage error where a data set that has a name is given another */
export const networkOptions = ({ data, dataName, methods }: NetworkFlags) => ({
  ...((data !== undefined || dataName !== undefined) && { data: dataOf(data ?? "cifar10", dataName) }),
  ...(methods !== undefined && { methods }),
});
