import { z } from "zod";
import { sweepSchema } from "../sweep/sweep";
import { runSchema } from "./run";
import { runFields } from "./run-fields";
import { textForms } from "./text-form";

/** JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * JSON Schema of the fields of a run as they may be written, with their shorter forms. It comes from the schema that checks a run; rules
 * between fields, such as which layers a network has, are checked there only.
 */
export const runJsonSchema = (): JsonSchema => ({ title: "Weightcast run", ...jsonSchemaOf(runSchema) });

/** JSON Schema of a configuration file, for editors: the fields of a run, and `sweep`, which varies them. */
export const configJsonSchema = (): JsonSchema => ({
  title: "Weightcast configuration",
  ...jsonSchemaOf(
    z.strictObject({
      ...runFields.shape,
      sweep: sweepSchema.optional().describe("how `weightcast sweep` varies fields"),
    }),
  ),
});

const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, {
    io: "input",
    override({ zodSchema, jsonSchema }) {
      const form = textForms.get(zodSchema);
      if (!form) return;
      const full = { ...jsonSchema };
      for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
      Object.assign(jsonSchema, { anyOf: [form, full] });
    },
  });
