import { z } from "zod";

/** Shorter form of a field, as JSON Schema describes it. */
export interface TextForm {
  readonly type: string | readonly string[];
  readonly pattern?: string;
  readonly description: string;
  readonly [keyword: string]: unknown;
}

/** Shorter forms of fields, by their schemas, for the JSON Schema of a run. */
export const textForms = z.registry<TextForm, z.core.$ZodType>();

/**
 * Schema of a field that also takes a shorter form, such as a text: `parse` turns that into the field's full form, and leaves any
 * other value as it is. What it throws is the field's fault.
 * @param form the shorter form in the JSON Schema
 */
export function orShort<Schema extends z.ZodType, Short>(
  schema: Schema,
  parse: (written: unknown) => unknown,
  form: TextForm,
) {
  const either = z.preprocess((written: z.input<Schema> | Short, context) => {
    try {
      return parse(written);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message, input: written });
      return z.NEVER;
    }
  }, schema);
  textForms.add(either, form);
  return either;
}

/** Value parsed if it is text, and otherwise as it is. */
export const ifText =
  (parse: (text: string) => unknown) =>
  (written: unknown): unknown =>
    typeof written === "string" ? parse(written) : written;
