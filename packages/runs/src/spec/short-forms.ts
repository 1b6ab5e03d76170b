import { dataOf, unitsOf } from "./texts";

/** Network by its name alone. */
export const networkForm = (written: unknown): unknown => (typeof written === "string" ? { model: written } : written);

/** Data by a name or a folder alone. */
export const dataForm = (written: unknown): unknown => (typeof written === "string" ? dataOf(written) : written);

/** Sources of dictionaries by one name or path alone. */
export const useForm = (written: unknown): unknown => (typeof written === "string" ? [written] : written);

/** Units as "500,500" or 500, as a list of numbers. */
export function unitsForm(written: unknown): unknown {
  if (typeof written === "number") return [written];
  return typeof written === "string" ? unitsOf(written) : written;
}

/** Hidden layers by their units alone, which are then dense: "500,500", 500, [500, 500]. */
export function hiddenForm(written: unknown): unknown {
  const layers = unitsForm(written);
  return Array.isArray(layers)
    ? layers.map((layer: unknown) => (typeof layer === "number" ? { weights: "dense", units: layer } : layer))
    : layers;
}

const forms: Readonly<Record<string, (written: unknown) => unknown>> = {
  data: dataForm,
  hidden: hiddenForm,
  network: networkForm,
  use: useForm,
};

/**
 * Fields of a run with their shorter forms written out: `data: mnist` as `{ name: mnist }`. A value that its form does not fit
 * stays as it is, for the schema to report.
 */
export function writtenOut(run: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(run).map(([field, value]) => {
      try {
        return [field, Object.hasOwn(forms, field) ? forms[field]!(value) : value];
      } catch {
        return [field, value];
      }
    }),
  );
}
