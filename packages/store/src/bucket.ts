import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import type { ObjectStore } from "@weightcast/types";
import type { StoreAddress } from "./address";

/** Bucket of S3, or of a server that speaks its protocol, whose errors are those of the client. */
export interface Bucket extends Omit<ObjectStore, "name"> {
  /** Server, if it is not AWS's. */
  readonly endpoint: string | undefined;
}

/** Settings of every client. */
const settings: S3ClientConfig = {
  // Not every server knows the newer checksums; what is sent is signed all the same.
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
  // Whoever asks goes on without an answer, and asks again later.
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, socketTimeout: 20_000 },
};

/** Objects of a bucket whose keys begin with the prefix, which is left out of the keys. */
export async function openBucket({ bucket, prefix }: StoreAddress): Promise<Bucket> {
  const { client, endpoint } = await findClient();
  const at = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` });
  return {
    endpoint,
    async keys(start) {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2(
        { client },
        { Bucket: bucket, Prefix: `${prefix}${start}` },
      ))
        for (const { Key = "" } of Contents) keys.push(Key.slice(prefix.length));
      return keys;
    },
    async read(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return await Body?.transformToByteArray();
      } catch (error) {
        if ((error as Error).name === "NoSuchKey") return undefined;
        throw error;
      }
    },
    async write(key, bytes) {
      await client.send(new PutObjectCommand({ ...at(key), Body: bytes }));
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(at(key)));
    },
    close: () => client.destroy(),
  };
}

/**
 * Client with the server, the region and the keys of the environment or a profile. A server that is not AWS's has no host for each bucket,
 * so that the bucket is part of the path, and often no regions.
 */
async function findClient(): Promise<{ readonly client: S3Client; readonly endpoint: string | undefined }> {
  const client = new S3Client(settings);
  const endpoint = await client.config.serviceConfiguredEndpoint?.();
  if (endpoint === undefined || /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname))
    return { client, endpoint: undefined };
  const region = await client.config.region().catch(() => "us-east-1");
  client.destroy();
  return { client: new S3Client({ ...settings, region, forcePathStyle: true }), endpoint };
}
