import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * A block of addresses: `10.0.0.0/8`, `fd00::/8`; a single address is a block of its full length.
 */
export interface Cidr {
  readonly text: string;
  readonly base: Address;
  readonly prefixLength: number;
}

/** Which addresses the operator opened (`allow`) or closed (`deny`) beyond the fixed rule. */
export interface AddressPolicy {
  readonly allow: readonly Cidr[];
  readonly deny: readonly Cidr[];
}

/**
 * Services that hand credentials to whoever asks from inside a cloud: link-local (AWS, Google,
 * Azure, ECS tasks), AWS and Google over IPv6, and Azure's host. No allow list opens them.
 */
const METADATA = fixed(
  "169.254.0.0/16",
  "fe80::/10",
  "fd00:ec2::254",
  "fd20:ce::254",
  "168.63.129.16",
);

/**
 * Blocks that ipaddr.js classes as unicast, or splits, and that no customer's receiver lives in.
 */
const DENY = fixed("168.63.129.16", "192.0.0.0/24");

/**
 * IANA has given out global unicast IPv6 from this block alone (RFC 4291, section 2.4, and its
 * registry).
 */
const GLOBAL_IPV6 = fixed("2000::/3");

/**
 * Reads a list of blocks or single addresses, as `--allow-address` gives them.
 * Every entry that is not one is named in `problems`; the rest is in `cidrs`.
 */
export function parseCidrs(texts: readonly string[]): {
  readonly cidrs: readonly Cidr[];
  readonly problems: readonly string[];
} {
  const parsed = texts.map((text) => ({ text, cidr: parseCidr(text.trim()) }));
  return {
    cidrs: parsed.flatMap(({ cidr }) => cidr ?? []),
    problems: parsed
      .filter(({ cidr }) => cidr === undefined)
      .map(({ text }) => `"${text}" is not an IP address or a block like 10.0.0.0/8.`),
  };
}

/** The rule for one installation; `allow` wins over everything but the metadata addresses. */
export function addressPolicy(lists: {
  readonly allow: readonly Cidr[];
  readonly deny: readonly Cidr[];
}): AddressPolicy {
  return Object.freeze({ allow: lists.allow, deny: lists.deny });
}

/**
 * True when a delivery may be sent to this address; text that is not an address is never allowed.
 */
export function addressAllowed(policy: AddressPolicy, ip: string): boolean {
  const address = parseAddress(ip);
  if (address === undefined || within(METADATA, address)) return false;
  if (within(policy.allow, address)) return true;
  return isGlobal(address) && !within(policy.deny, address);
}

/**
 * True when the operator opened this address by name, so that plain http to it is a choice and not
 * a slip.
 */
export function addressOpened(policy: AddressPolicy, ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && !within(METADATA, address) && within(policy.allow, address);
}

/** True when an address lies in one of the blocks; text that is not an address lies in none. */
export function isInBlocks(ip: string, blocks: readonly Cidr[]): boolean {
  const address = parseAddress(ip);
  return address !== undefined && within(blocks, address);
}

/** True when every address of `inner` lies in one of the blocks. */
export function isBlockWithin(inner: Cidr, blocks: readonly Cidr[]): boolean {
  return blocks.some(
    (block) => block.prefixLength <= inner.prefixLength && within([block], inner.base),
  );
}

/**
 * Whose requests are counted together: an IPv4 address, and of IPv6 the /64, which a household or a server has whole.
 * Text that is not an address is counted as it is.
 */
export function networkOf(ip: string): string {
  const address = parseAddress(ip);
  if (address === undefined || address.kind() === "ipv4") return address?.toString() ?? ip;
  return address.toByteArray().slice(0, 8).join(".");
}

/** True for addresses on the public internet, whatever the operator allowed. */
export function isPublic(ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && isGlobal(address);
}

function isGlobal(address: Address): boolean {
  if (address.range() !== "unicast" || within(DENY, address)) return false;
  return address.kind() === "ipv4" || within(GLOBAL_IPV6, address);
}

/**
 * An IPv4 address inside IPv6 (`::ffff:127.0.0.1`) is judged as the IPv4 address that would be
 * dialled.
 */
function parseAddress(ip: string): Address | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(ip) && !ipaddr.IPv6.isValid(ip)) return undefined;
  return ipaddr.process(ip);
}

function parseCidr(text: string): Cidr | undefined {
  const [ip = "", length, ...rest] = text.split("/");
  const base = parseAddress(ip);
  if (base === undefined || rest.length > 0) return undefined;
  const bits = base.kind() === "ipv4" ? 32 : 128;
  const prefixLength = length === undefined ? bits : parsePrefixLength(length);
  if (prefixLength > bits) return undefined;
  return Object.freeze({ text, base, prefixLength });
}

function parsePrefixLength(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

function within(cidrs: readonly Cidr[], address: Address): boolean {
  return cidrs.some(
    ({ base, prefixLength }) => base.kind() === address.kind() && address.match(base, prefixLength),
  );
}

function fixed(...texts: readonly string[]): readonly Cidr[] {
  return parseCidrs(texts).cidrs;
}
