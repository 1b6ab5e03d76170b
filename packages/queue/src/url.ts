import { masked } from "@weightcast/types";

/**
 * Address of a Redis server, checked.
 * @throws RangeError if it is none; the message is masked
 */
export function checkedUrl(url: string): string {
  const fault = `queue: url must be redis://HOST:PORT, or rediss:// with TLS; got ${masked(url).replace(/^[^/]*@/, "***@")}`;
  if (!/^rediss?:\/\//i.test(url) || !URL.canParse(url)) throw new RangeError(fault);
  const { hostname, pathname, search } = new URL(url);
  if (hostname === "" || search !== "" || !/^\/?\d*$/.test(pathname)) throw new RangeError(fault);
  return url;
}
