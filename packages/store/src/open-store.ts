import { masked, type ObjectStore } from "@weightcast/types";
import { addressOf } from "./address";
import { faultOf } from "./fault";

/** Options of {@link openStore}. */
export interface OpenStoreOptions {
  /** Called with a sentence that a user should read: the store can't be reached, it is back, it refuses something. */
  readonly onNote?: (text: string) => void;
}

/** Key of an empty object that is written, read and deleted to see whether that is allowed. */
const probe = ".weightcast";

/**
 * Store in a bucket of S3, or of a server that speaks its protocol. Keys, region and server are those that AWS's own client finds. A store
 * that does not answer is opened all the same, and asked again each time; its methods then throw an Error with the code STORE_AWAY.
 * @param address `s3://bucket/prefix`
 * @throws RangeError if `address` is no such address; an Error with the code STORE_REFUSED if the bucket is missing, the keys are
 *   wrong, or they do not allow to list, read, write and delete there; its message says what to do
 */
export async function openStore(address: string, { onNote = () => {} }: OpenStoreOptions = {}): Promise<ObjectStore> {
  const place = addressOf(address);
  const { name } = place;
  // AWS's client takes a while to load.
  const { openBucket } = await import("./bucket");
  const bucket = await openBucket(place);
  const where = bucket.endpoint === undefined ? name : `${name} at ${masked(bucket.endpoint)}`;
  let isAway = false;
  const said = new Set<string>();
  const note = ({ code, message }: ReturnType<typeof faultOf>) => {
    if (code === "STORE_AWAY" && !isAway) onNote(`${message}; runs go on without it, and it is tried again.`);
    if (code === "STORE_REFUSED" && !said.has(message)) onNote(message);
    said.add(message);
    isAway ||= code === "STORE_AWAY";
  };
  /** Function that passes on the answers of the bucket, and notes when it no longer gives any, and when it does again. */
  const noted =
    <A extends unknown[], T>(question: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        const answer = await question(...args);
        if (isAway) onNote(`${name} is back.`);
        isAway = false;
        return answer;
      } catch (error) {
        const fault = faultOf(error, where);
        note(fault);
        throw fault;
      }
    };
  try {
    await bucket.keys(probe);
    await bucket.write(probe, new Uint8Array());
    await bucket.read(probe);
    await bucket.remove(probe);
  } catch (error) {
    const fault = faultOf(error, where);
    if (fault.code === "STORE_REFUSED") {
      bucket.close();
      throw fault;
    }
    note(fault);
  }
  return {
    name,
    keys: noted(bucket.keys),
    read: noted(bucket.read),
    write: noted(bucket.write),
    remove: noted(bucket.remove),
    close: bucket.close,
  };
}
