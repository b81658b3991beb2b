import type { IncomingMessage } from "node:http";

/**
 * The address of the client. With `trustedProxies` N the last N entries of X-Forwarded-For and the socket were written
 * by our own proxies; the entry before them is what the outermost saw. Everything further left anybody may invent.
 */
export function clientAddress(
  request: Pick<IncomingMessage, "headers" | "socket">,
  trustedProxies: number,
): string | undefined {
  const { remoteAddress } = request.socket;
  if (trustedProxies === 0) return remoteAddress;
  const forwarded = request.headers["x-forwarded-for"];
  const list = [forwarded].flat().join(",").split(",");
  const hops = list.map((each) => each.trim()).filter((each) => each !== "");
  // The socket is the nearest proxy; it wrote the last entry.
  const hop = hops.at(-trustedProxies) ?? hops[0];
  return hop === undefined ? remoteAddress : withoutPort(hop);
}

/** Some proxies write the port, too; with it every connection would be somebody else, and throttled as such. */
function withoutPort(hop: string): string {
  const [, ipv6, ipv4] = /^(?:\[(.+)\](?::\d+)?|([\d.]+):\d+)$/.exec(hop) ?? [];
  return ipv6 ?? ipv4 ?? hop;
}
