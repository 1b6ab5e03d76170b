import { masked } from "@weightcast/types";

/** Place in a store. */
export interface StoreAddress {
  readonly bucket: string;
  /** What all keys begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  /** The same as text: `s3://bucket/prefix`. */
  readonly name: string;
}

/**
 * Address of a store, `s3://bucket/prefix`; the prefix may be missing.
 * @throws RangeError if it is none; the message is masked
 */
export function addressOf(text: string): StoreAddress {
  const [, bucket, path = ""] = /^s3:\/\/([a-z0-9][a-z0-9._-]+)((?:\/[\w.+=-]+)*)\/?$/i.exec(text) ?? [];
  if (bucket === undefined || path.split("/").some((part) => /^\.+$/.test(part)))
    throw new RangeError(
      `store: address must be s3://BUCKET or s3://BUCKET/PREFIX, without keys or a server, which are in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL_S3; got ${masked(text)}`,
    );
  return { bucket, prefix: path === "" ? "" : `${path.slice(1)}/`, name: `s3://${bucket}${path}` };
}
