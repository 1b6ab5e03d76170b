/**
 * Contenders that could not be measured, each with its variants: `{ id, title, variants, reason, install }`, without
 * `install` if nothing helps.
 */
export function skippedOf(rows) {
  const groups = new Map();
  for (const { id, title, variant, skipped: reason, install } of rows) {
    if (!reason) continue;
    const key = `${id}: ${reason}`;
    const group = groups.get(key) ?? { id, title, variants: [], reason, install };
    groups.set(key, { ...group, variants: [...group.variants, variant] });
  }
  return [...groups.values()];
}
