/** A mail address as we accept it: what every mail server takes, and nothing that a header could be made of. */
export interface Mailbox {
  /** For people; empty when there is none. */
  readonly name: string;
  readonly address: string;
}

/** RFC 5321, 4.5.3.1: 64 octets before the sign, 254 in all fit into a path. */
const LOCAL_LENGTH_MAX = 64;
const ADDRESS_BYTES_MAX = 254;
/** RFC 5322, 3.2.3 (dot-atom). Quoted local parts are legal, rare and a way into headers. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
/** Letters of any script: names are sent in their ASCII form. */
const DOMAIN =
  /^[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?(\.[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?)*$/u;

/** Whether `text` is one address such as `ops@shop.example`, without a name or brackets. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const isShort =
    local.length <= LOCAL_LENGTH_MAX && Buffer.byteLength(text) <= ADDRESS_BYTES_MAX && at > 0;
  return isShort && LOCAL.test(local) && DOMAIN.test(text.slice(at + 1));
}

/** Reads `ops@shop.example` or `Shop <ops@shop.example>`; undefined for anything else. */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, name = "", bracketed] = /^([^<>"\p{C}]*)<([^<>]*)>$/u.exec(text.trim()) ?? [];
  const address = bracketed ?? text.trim();
  return isMailAddress(address) ? { name: name.trim(), address } : undefined;
}

/** Addresses without repetitions; what stands behind the sign is the same in any case. */
export function distinctAddresses(addresses: readonly string[]): string[] {
  const seen = new Set<string>();
  return addresses.filter((address) => {
    const plain = withLowerDomain(address);
    const isNew = !seen.has(plain);
    seen.add(plain);
    return isNew;
  });
}

function withLowerDomain(address: string): string {
  const at = address.lastIndexOf("@");
  return address.slice(0, at) + address.slice(at).toLowerCase();
}
