import { z } from "zod";
import { runSchema } from "./run";
import { textForms } from "./text-form";

/** JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * JSON Schema of a configuration file, for editors: the fields of a run as they may be written, with their shorter forms. It comes
 * from the schema that checks a run; rules between fields, such as which layers a network has, are checked there only.
 */
export function runJsonSchema(): JsonSchema {
  return {
    title: "Weightcast run",
    ...z.toJSONSchema(runSchema, {
      io: "input",
      override({ zodSchema, jsonSchema }) {
        const form = textForms.get(zodSchema);
        if (!form) return;
        const full = { ...jsonSchema };
        for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
        Object.assign(jsonSchema, { anyOf: [form, full] });
      },
    }),
  };
}
