import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Headers of every answer: nothing from elsewhere, no address in a referrer, nothing kept. */
const common = {
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

const policy = (script: string): string =>
  `default-src 'none'; script-src ${script}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Headers of the board's own answers. */
export const ownHeaders = { ...common, "Content-Security-Policy": policy("'self'") } as const;

/** Headers of a report, whose script is in it. */
export const reportHeaders = { ...common, "Content-Security-Policy": policy("'unsafe-inline'") } as const;

/** What is asked for: the path after the token, and the query. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * What a request asks for; undefined unless it knows the token and means this server by its own address: a page elsewhere whose name leads
 * to 127.0.0.1 (DNS rebinding) sends its own name as the host.
 */
export function askedBy(
  { url = "", headers: { host } }: Pick<IncomingMessage, "url" | "headers">,
  { token, port }: { readonly token: string; readonly port: number },
): Asked | undefined {
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return undefined;
  const [path = "", query = ""] = url.split("?", 2);
  const [, given = "", ...rest] = path.split("/");
  return isEqual(given, token) ? { path: rest.join("/"), query: new URLSearchParams(query) } : undefined;
}

/** Whether texts are equal, in a time that does not say from which letter on they differ. */
function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
