/** What `make` returns, made when first asked for: what a dictionary may do without until then. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
