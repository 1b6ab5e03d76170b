import type { Tensor } from "../tensors/tensor";

/** Tensors with the same entries. */
export interface Copies {
  /** The one that stays. */
  readonly original: Tensor;
  readonly others: readonly Tensor[];
}

/** Tensors of equal type and entries, in groups, in the order of the file; a tensor without equals is a group of its own. */
export function copiesIn(tensors: readonly Tensor[]): readonly Copies[] {
  const groups: { readonly data: Uint8Array | undefined; readonly original: Tensor; readonly others: Tensor[] }[] = [];
  const known = new Map<string, typeof groups>();
  for (const tensor of tensors) {
    const data = tensor.data();
    const key = data ? `${tensor.type} ${data.length} ${digest(data)}` : "";
    const alike = known.get(key) ?? [];
    const same = data && alike.find((group) => equalBytes(group.data!, data));
    if (same) {
      same.others.push(tensor);
      continue;
    }
    const group = { data, original: tensor, others: [] };
    groups.push(group);
    if (data && !known.has(key)) known.set(key, alike);
    alike.push(group);
  }
  return groups.map(({ original, others }) => ({ original, others }));
}

/** FNV-1a of bytes. */
export function digest(data: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < data.length; i++) hash = Math.imul(hash ^ data[i]!, 0x01000193);
  return hash >>> 0;
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
