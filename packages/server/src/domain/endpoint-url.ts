import { ENDPOINT_URL_LENGTH_MAX } from "../limits.ts";
import { addressAllowed, addressOpened, type AddressPolicy } from "./address.ts";

export type UrlProblemCode =
  | "malformed"
  | "scheme_not_allowed"
  | "https_required"
  | "userinfo_not_allowed"
  | "port_not_allowed"
  | "host_not_allowed"
  | "address_not_allowed"
  | "loop_not_allowed";

/**
 * Why an endpoint URL is refused: a stable code, a sentence, and what to write instead where that
 * is known.
 */
export interface UrlProblem {
  readonly ok: false;
  readonly code: UrlProblemCode;
  readonly message: string;
  readonly fix?: string;
}

/** The installation's and the wire format's rules for endpoint URLs. */
export interface EndpointUrlRules {
  /** `always`: the wire format demands https in development too. */
  readonly https: "always" | "required-in-production";
  readonly mode: "development" | "production";
  readonly policy: AddressPolicy;
  /** Origin of the public URL, as `URL.origin` writes it. */
  readonly ownOrigin: string;
  /** `<public-url>/in/`: test inboxes, the one own address that an endpoint may have. */
  readonly ownInboxPrefix: string;
}

/** The host of a URL as it will be dialled: an address, or a name without its final dot. */
export type UrlHost =
  | { readonly kind: "address"; readonly ip: string }
  | { readonly kind: "name"; readonly name: string };

/**
 * Fetch standard, "bad ports": other protocols listen there and could be talked into something. SSH
 * and SMTP included.
 */
const BAD_PORTS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
]);

/** Names that never leave a network or a machine (RFC 6761, 6762, 8375, and ICANN's `internal`). */
const LOCAL_SUFFIXES = [".localhost", ".local", ".internal", ".home.arpa"] as const;

const LOOPBACK = ["127.0.0.1", "::1"] as const;

/**
 * Decides whether an endpoint may have this URL, and gives the normal form to store (without a
 * fragment). A courtesy at creation time: names are not resolved here, and delivery judges every
 * address again.
 */
export function checkEndpointUrl(
  raw: string,
  rules: EndpointUrlRules,
): { readonly ok: true; readonly url: string } | UrlProblem {
  const url = parseEndpointUrl(raw);
  if (url === undefined) return problem("malformed", "This is not a valid URL.");
  const refusal = urlRefusal(url, rules);
  return refusal ?? { ok: true, url: url.href };
}

/** The host as it will be dialled. */
export function urlHost(url: URL): UrlHost {
  const host = url.hostname;
  if (host.startsWith("[")) return { kind: "address", ip: host.slice(1, -1) };
  // The URL standard turns every spelling of an IPv4 address into four decimal parts, and nothing
  // else ends in a digit.
  if (/^[\d.]+$/.test(host)) return { kind: "address", ip: host };
  return { kind: "name", name: host.endsWith(".") ? host.slice(0, -1) : host };
}

/**
 * The names of `localhost` are loopback without asking DNS; of these, the addresses that may be
 * dialled.
 */
export function localhostAddresses(policy: AddressPolicy): readonly string[] {
  return LOOPBACK.filter((ip) => addressAllowed(policy, ip));
}

/** Why no delivery may go to this host, judged without DNS; undefined when it may. */
export function hostProblem(host: UrlHost, policy: AddressPolicy): UrlProblem | undefined {
  if (host.kind === "address") {
    if (addressAllowed(policy, host.ip)) return undefined;
    const message = "Deliveries are not sent to this address.";
    return problem("address_not_allowed", message, "Use a host on the public internet.");
  }
  if (!isHostName(host.name)) return problem("malformed", "The host is not a valid name.");
  if (!isLocalName(host.name)) return undefined;
  if (host.name === "localhost" && localhostAddresses(policy).length > 0) return undefined;
  const message = "This host name only means something inside a network.";
  return problem("host_not_allowed", message, "Use a host name from the public DNS.");
}

function parseEndpointUrl(raw: string): URL | undefined {
  // The URL parser drops tabs and line ends, so `java\nscript:` must be refused before it sees
  // them.
  if (raw.length > ENDPOINT_URL_LENGTH_MAX || hasControlOrSpace(raw)) return undefined;
  const url = URL.parse(raw);
  if (url === null) return undefined;
  url.hash = "";
  return url;
}

function urlRefusal(url: URL, rules: EndpointUrlRules): UrlProblem | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    const message = `An endpoint cannot have the scheme "${url.protocol.slice(0, -1)}".`;
    return problem("scheme_not_allowed", message, "Use https://");
  }
  if (url.username !== "" || url.password !== "") {
    const message = "A URL with a user name or password would show them in logs.";
    const fix = "Send credentials in a custom header, such as Authorization.";
    return problem("userinfo_not_allowed", message, fix);
  }
  if (isOwnInbox(url, rules)) return undefined;
  if (isOwnOrigin(url, rules.ownOrigin)) {
    const message = "Deliveries to this installation's own API would go round in a circle.";
    return problem("loop_not_allowed", message, `Only ${rules.ownInboxPrefix}… may be used.`);
  }
  if (BAD_PORTS.has(Number(url.port || "443"))) {
    const message = `Port ${url.port} belongs to another protocol.`;
    return problem("port_not_allowed", message, "Use port 443.");
  }
  const host = urlHost(url);
  return hostProblem(host, rules.policy) ?? schemeRefusal(url, host, rules);
}

function schemeRefusal(url: URL, host: UrlHost, rules: EndpointUrlRules): UrlProblem | undefined {
  if (url.protocol === "https:") return undefined;
  const canBePlain = rules.https !== "always" && rules.mode === "development";
  if (canBePlain && isOpenedHost(host, rules.policy)) return undefined;
  const message =
    rules.https === "always"
      ? "This wire format is sent over https only."
      : "Plain http would show events and signatures to everybody on the way.";
  return problem("https_required", message, `Use https://${url.host}${url.pathname}`);
}

function isOpenedHost(host: UrlHost, policy: AddressPolicy): boolean {
  if (host.kind === "address") return addressOpened(policy, host.ip);
  return host.name === "localhost";
}

function isOwnInbox(url: URL, rules: EndpointUrlRules): boolean {
  const prefix = rules.ownInboxPrefix;
  return url.href.startsWith(prefix) && url.href.length > prefix.length;
}

/**
 * `localhost` and its addresses name one machine: a loop over another of its names is still a loop.
 */
function isOwnOrigin(url: URL, ownOrigin: string): boolean {
  if (url.origin === ownOrigin) return true;
  const own = URL.parse(ownOrigin);
  return (
    own !== null && own.port === url.port && isLoopback(urlHost(own)) && isLoopback(urlHost(url))
  );
}

function isLoopback(host: UrlHost): boolean {
  if (host.kind === "name") return host.name === "localhost";
  return host.ip === "::1" || host.ip.startsWith("127.");
}

/**
 * RFC 1035, section 2.3.4: labels of 1 to 63, 253 in all; the URL parser lets longer and empty ones
 * through.
 */
function isHostName(name: string): boolean {
  return name.length <= 253 && name.split(".").every((label) => /^.{1,63}$/.test(label));
}

function isLocalName(name: string): boolean {
  return !name.includes(".") || LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

function hasControlOrSpace(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit <= 0x20 || unit === 0x7f) return true;
  }
  return false;
}

function problem(code: UrlProblemCode, message: string, fix?: string): UrlProblem {
  return fix === undefined ? { ok: false, code, message } : { ok: false, code, message, fix };
}
