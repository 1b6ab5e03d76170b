import type { ObjectStore } from "@weightcast/types";
import { asUsage } from "../errors";
import type { World } from "../world";

/**
 * Result of work with the store that an address names, or with none.
 * @throws a usage error if it is no address; the error of a store that refuses what is needed, before any work
 */
export async function withStore<T>(
  address: string | undefined,
  note: (text: string) => void,
  { services }: Pick<World, "services">,
  work: (store: ObjectStore | undefined) => Promise<T>,
): Promise<T> {
  if (!address) return work(undefined);
  const { openStore } = await services.store();
  const store = await asUsage(() => openStore(address, { onNote: note }));
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
