/** Name of an error: of test images, or of training images kept out for validation; `error` if runs were measured on either. */
export type ErrorName = "test error" | "validation error" | "error";

/** Name of the error that runs have, which depends on the images that it was measured on. */
export function errorNameOf(
  specs: readonly { readonly data: { readonly validation?: number | undefined } }[],
): ErrorName {
  const validated = specs.filter(({ data }) => data.validation !== undefined).length;
  if (validated === 0) return "test error";
  return validated === specs.length ? "validation error" : "error";
}
