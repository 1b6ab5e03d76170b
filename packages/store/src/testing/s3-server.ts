import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

// No S3 server of the npm registry does: s3rver, the widely used one, has had no release since 2021, takes any signature, so that a wrong secret
// passes, and fails to list more than a page on Node 20. (By hand, the store works with it otherwise.) This one speaks the part of the protocol
// that the store uses, and checks what a real one checks: the signature of each request, by AWS's specification of Signature Version 4, and
// the digest of what was sent.

/** Keys that a server of tests accepts. */
export const testKeys = { accessKeyId: "TESTKEYOFWEIGHTCAST1", secretAccessKey: "test/secret+of/weightcast" };

/** Server with the protocol of S3 on a free port of 127.0.0.1. */
export interface TestStore {
  readonly endpoint: string;
  /** Environment in which AWS's client finds it, and nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Objects, by bucket and key: `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** Requests that were answered: `PUT bucket/key`. */
  readonly requests: string[];
  /** Method that is denied from now on, as by a policy. */
  deny(method: string | undefined): void;
  /** Ends the server, connections and all. */
  stop(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
}

/** Most keys in one answer: few, so that a list has pages. */
const pageSize = 3;

/** Refusal: status and code of S3. */
const refusal = (status: number, code: string) => Object.assign(new Error(code), { status, code });

/**
 * Starts a server with the protocol of S3 that keeps objects in memory.
 * @param buckets names of its buckets
 */
export async function testStore(...buckets: readonly string[]): Promise<TestStore> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  let denied: string | undefined;
  let server: Server;
  let port = 0;

  const answer = async (request: IncomingMessage): Promise<{ readonly status: number; readonly body: Buffer }> => {
    const body = Buffer.concat(await request.toArray());
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    checkSignature(request, pathname, searchParams, body);
    const [, bucket = "", key = ""] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
    const name = `${bucket}/${key}`;
    const { method } = request;
    requests.push(`${method} ${name}`);
    if (!buckets.includes(bucket)) throw refusal(404, "NoSuchBucket");
    if (method === denied) throw refusal(403, "AccessDenied");
    if (method === "GET" && key === "") return { status: 200, body: Buffer.from(list(bucket, searchParams)) };
    if (method === "GET") {
      const found = objects.get(name);
      if (!found) throw refusal(404, "NoSuchKey");
      return { status: 200, body: found };
    }
    if (method === "PUT") objects.set(name, body);
    else if (method === "DELETE") objects.delete(name);
    else throw refusal(405, "MethodNotAllowed");
    return { status: method === "PUT" ? 200 : 204, body: Buffer.alloc(0) };
  };
  const list = (bucket: string, query: URLSearchParams): string => {
    if (query.get("list-type") !== "2") throw refusal(501, "NotImplemented");
    const start = `${bucket}/${query.get("prefix") ?? ""}`;
    const after = `${bucket}/${query.get("continuation-token") ?? ""}`;
    const all = [...objects.keys()].filter((name) => name.startsWith(start) && name > after).sort();
    const keys = all.slice(0, pageSize).map((name) => name.slice(bucket.length + 1));
    const isCut = all.length > pageSize;
    const next = isCut ? `<NextContinuationToken>${keys.at(-1)}</NextContinuationToken>` : "";
    const contents = keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
    return `<ListBucketResult><IsTruncated>${isCut}</IsTruncated>${next}${contents}</ListBucketResult>`;
  };
  const start = async () => {
    server = createServer((request, response) => {
      answer(request).then(
        ({ status, body }) => response.writeHead(status, { "content-length": body.length }).end(body),
        ({ status = 500, code = "InternalError" }: Partial<ReturnType<typeof refusal>>) => {
          // As S3 does it, the answer quotes the key of whoever asks.
          const quoted = `<AWSAccessKeyId>${/Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1]}</AWSAccessKeyId>`;
          response.writeHead(status).end(`<Error><Code>${code}</Code><Message>${code}</Message>${quoted}</Error>`);
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  };
  await start();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    ...{ endpoint, objects, requests, start },
    environment: {
      AWS_ACCESS_KEY_ID: testKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: testKeys.secretAccessKey,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/nowhere/config",
      AWS_SHARED_CREDENTIALS_FILE: "/nowhere/credentials",
    },
    deny(method) {
      denied = method;
    },
    async stop() {
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await ended;
    },
  };
}

/**
 * Checks that a request is signed with the test's keys: Signature Version 4, as
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html describes it.
 */
function checkSignature(
  { method, headers }: IncomingMessage,
  path: string,
  query: URLSearchParams,
  body: Buffer,
): void {
  const signed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$/;
  const [, id, date, region, names, signature] = signed.exec(headers.authorization ?? "") ?? [];
  if (id === undefined) throw refusal(403, "AccessDenied");
  if (id !== testKeys.accessKeyId) throw refusal(403, "InvalidAccessKeyId");
  const digest = createHash("sha256").update(body).digest("hex");
  if (headers["x-amz-content-sha256"] !== digest) throw refusal(400, "XAmzContentSHA256Mismatch");
  const escaped = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const canonical = [
    method,
    path,
    [...query]
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
      .sort()
      .join("&"),
    ...names!.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    names,
    digest,
  ].join("\n");
  const scope = `${date}/${region}/s3/aws4_request`;
  const hashed = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashed].join("\n");
  const hmac = (key: string | Buffer, part: string) => createHmac("sha256", key).update(part).digest();
  const key = [date!, region!, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${testKeys.secretAccessKey}`);
  if (hmac(key, text).toString("hex") !== signature) throw refusal(403, "SignatureDoesNotMatch");
}
