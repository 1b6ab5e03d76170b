import { z } from "zod";
import { data, pretraining, quantization, training } from "../spec/fields";
import { network } from "../spec/network";
import { teacher } from "../spec/teacher";

const count = z.number().min(0);
const share = z.number().min(0).max(1);
const counts = z.object({ dense: count, dynamic: count, static: count, stored: count });
const axes = z.array(z.int().min(1));

/** Schema of values that were written after the defaults had been filled in: every field that has a default is there. */
function resolved(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault) return resolved(schema.unwrap());
  if (schema instanceof z.ZodOptional) return z.optional(resolved(schema.unwrap()));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), resolved(schema.valueType));
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map(resolved));
  if (!(schema instanceof z.ZodObject)) return schema;
  return z.strictObject(Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, resolved(field)])));
}

/** Specification in today's form: each field valid by itself. Faults that several fields make together need the run's plan. */
const spec = z
  .object({
    use: z.array(z.string()),
    from: z.string().optional(),
    label: z.string(),
    data: resolved(data),
    network: resolved(network),
    training: resolved(training),
    pretraining: z.optional(resolved(pretraining)),
    quantization: z.optional(resolved(quantization)),
    teacher: z.optional(resolved(teacher)),
    seed: z.int(),
  })
  // Defaults that depend on other fields are no defaults of the schemas.
  .and(
    z.object({ data: z.object({ name: z.string() }), training: z.object({ rate: z.number(), optimizer: z.string() }) }),
  );

const engine = z.object({
  engine: z.string(),
  version: z.string(),
  threads: count,
  patched: z.array(z.string()),
  borrowed: z.array(z.string()),
  reason: z.string(),
  considered: z.array(z.object({ engine: z.string(), available: z.boolean(), detail: z.string() })),
});

const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isFinite);

const learned = z.array(z.object({ index: count, level: z.number() }));
/** The numbers of the pictures are most of a record; a schema for each would take most of the time. */
const filters = z.array(z.object({ learned: learned.optional(), predicted: z.custom<number[]>(isNumbers) }));

/** Errors: a share for a classification, metrics for a regression. */
const errors = { testError: share.optional(), metrics: z.object({ rmse: count }).catchall(z.number()).optional() };
const isMeasured = (value: { readonly testError?: unknown; readonly metrics?: unknown }): boolean =>
  (value.testError === undefined) !== (value.metrics === undefined);

const result = z
  .object({
    ...errors,
    testLoss: z.number(),
    trainLoss: z.number(),
    history: z
      .array(
        z.object({ ...errors, epoch: z.int().min(1), loss: z.number() }).refine(isMeasured, { path: ["testError"] }),
      )
      .min(1),
    seconds: count,
    stepsPerSecond: count,
    account: counts.extend({
      proportion: share,
      trainable: count,
      layers: z.array(counts.extend({ layer: z.string() })),
    }),
    bytes: count,
    layers: z.array(counts.extend({ layer: z.string(), kernel: axes, channels: count, filters: count })),
    domain: axes,
    filters,
    examples: z.string().optional(),
  })
  .refine(isMeasured, { path: ["testError"] })
  .refine(({ domain, filters }) => filters.every(({ predicted }) => predicted.length === sizeOf(domain)), {
    path: ["filters"],
  });

const sizeOf = (axes: readonly number[]): number => axes.reduce((product, axis) => product * axis, 1);

const common = { id: z.string(), spec, engine, finished: z.string() };

const record = z.object({
  ...common,
  execution: z
    .object({
      execution: z.enum(["compiled", "eager"]),
      runtime: z.string().optional(),
      prepared: z.boolean().optional(),
      reason: z.string().optional(),
    })
    .optional(),
  result,
});

const failure = z.object({ ...common, failure: z.object({ code: z.string(), message: z.string() }) });

const removal = z.object({ id: z.string(), removed: z.string() });
const tags = z.object({ id: z.string(), tags: z.array(z.string()), tagged: z.string() });

/** Fields that lists show, of lines that are as they were written: the whole schema would take most of the time. */
const listed = z.object({
  id: z.string(),
  spec: z.object({
    label: z.string(),
    data: z.object({ name: z.string() }),
    network: z.object({ model: z.string(), layers: z.looseObject({}) }),
    training: z.object({ epochs: z.number(), rate: z.number() }),
    seed: z.number(),
  }),
  engine: z.object({ engine: z.string() }),
  result: z
    .object({
      testError: errors.testError,
      metrics: z.looseObject({ rmse: z.number() }).optional(),
      testLoss: z.number(),
      trainLoss: z.number(),
      history: z.array(z.looseObject({})),
      seconds: z.number(),
      stepsPerSecond: z.number(),
      account: z.object({ proportion: z.number(), static: z.number(), stored: z.number() }),
      bytes: z.number(),
      layers: z.array(z.object({ dynamic: z.number() })),
    })
    .refine(isMeasured, { path: ["testError"] }),
  finished: z.string(),
});

/** Schema of a line by what it holds. */
function schemaOf(value: object, fields: "all" | "listed"): z.ZodType {
  if ("failure" in value) return failure;
  if ("removed" in value) return removal;
  if ("tagged" in value) return tags;
  return fields === "all" ? record : listed;
}

/**
 * Reason why a value is no entry of a record, in today's form; undefined if it is one.
 * @param fields those that are checked: all, or only those that lists show
 */
export function shapeFault(value: object, fields: "all" | "listed" = "all"): string | undefined {
  const { error } = schemaOf(value, fields).safeParse(value);
  if (!error) return undefined;
  const { path } = error.issues[0]!;
  return `its field ${path.join(".")} is missing or of another type`;
}
