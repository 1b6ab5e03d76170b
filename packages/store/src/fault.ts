/** Error of a store: it does not answer, so that the same may succeed later, or it refuses what was asked. */
export type StoreError = Error & { readonly code: "STORE_AWAY" | "STORE_REFUSED" };

/** What the client reports: of the network, the server, or its own settings. */
interface Reported {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const keys = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";

/** What to do about a refusal, by its name. */
const advice: readonly (readonly [name: RegExp, what: string])[] = [
  [
    /^(NoSuchBucket|NotFound)$/,
    "there is no such bucket: create it, or check the address, AWS_REGION and AWS_ENDPOINT_URL_S3",
  ],
  [/^(PermanentRedirect|AuthorizationHeaderMalformed|RegionMissing)$/, "set AWS_REGION to the region of the bucket"],
  [/^CredentialsProviderError$/, `there are no keys: ${keys}`],
  [/^(InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken)$/, `the keys are wrong or too old: ${keys}`],
  [/^RequestTimeTooSkewed$/, "set the clock of this machine"],
  [
    /^(AccessDenied|Forbidden|AllAccessDisabled)$/,
    "allow these keys s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject there, or use others",
  ],
];

/**
 * Error of a store for one that the client reports. It holds nothing else of that, which may quote keys.
 * @param name of the store
 */
export function faultOf(reported: unknown, name: string): StoreError {
  const { name: kind = "", code, message = "", $metadata } = Object(reported) as Reported;
  const isMissingRegion = message === "Region is missing";
  const reason = isMissingRegion ? "RegionMissing" : typeof code === "string" ? code : kind;
  const status = $metadata?.httpStatusCode ?? 0;
  const isRefused =
    isMissingRegion ||
    kind === "CredentialsProviderError" ||
    (status >= 300 && status < 500 && status !== 408 && status !== 429);
  const why = /^\w+$/.test(reason) && reason !== "Error" ? reason : status > 0 ? `status ${status}` : "no answer";
  if (!isRefused) return storeError("STORE_AWAY", `${name} can't be reached (${why})`);
  const [, what = "check the address, and AWS_ENDPOINT_URL_S3"] = advice.find(([name]) => name.test(reason)) ?? [];
  return storeError("STORE_REFUSED", `${name} refuses (${why}): ${what}`);
}

const storeError = (code: StoreError["code"], message: string): StoreError =>
  Object.assign(new Error(`store: ${message}`), { code });
