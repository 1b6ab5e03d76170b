import { configJsonSchema } from "@weightcast/runs/spec";
import type { Command } from "commander";
import type { World } from "../../world";

/** `weightcast schema`: the JSON Schema of a configuration file. */
export function addSchema(parent: Command, world: World): void {
  parent
    .command("schema")
    .summary("print the JSON Schema of a configuration file")
    .description(
      "Prints the JSON Schema of a configuration file, with which editors complete and check its fields. Rules between fields " +
        "are checked when the file is used, or by train --dry-run.",
    )
    .addHelpText("after", examples)
    .action(() => {
      world.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
}

const examples = `
Examples:
  $ weightcast schema > weightcast.schema.json

In a YAML file, editors with the YAML language server take it from the first line:
  # yaml-language-server: $schema=./weightcast.schema.json
`;
