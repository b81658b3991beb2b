import net from "node:net";
import tls from "node:tls";
import { addressAllowed, type AddressPolicy } from "../domain/address.ts";
import { localhostAddresses } from "../domain/endpoint-url.ts";
import { CONNECT_MS_MAX } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Resolver } from "./resolve.ts";
import { ADDRESS_NOT_ALLOWED, CONNECT_TIMEOUT, failureOf, SendFailure } from "./send/failure.ts";
import type { Origin } from "./send/target.ts";

/** A connected socket, TLS included, and the address it reached. */
export interface OpenedSocket {
  readonly socket: net.Socket;
  readonly address: string;
}

/** Where the time went, filled in as each step ends. */
interface SocketPhases {
  dnsMs?: number;
  connectMs?: number;
  tlsMs?: number;
}

/**
 * Opens a socket to an origin; rejects with a `SendFailure` alone. An aborted signal closes what
 * was opened.
 */
export type Connect = (
  origin: Origin,
  opening: { readonly signal: AbortSignal; readonly phases: SocketPhases },
) => Promise<OpenedSocket>;

interface ConnectOptions {
  readonly clock: Clock;
  readonly policy: AddressPolicy;
  readonly resolver: Resolver;
  /** PEM certificates that are trusted beside the usual roots. */
  readonly extraCa?: string | undefined;
}

/**
 * The second and third guard: every address of a name is judged, only these are dialled, and the
 * one reached again.
 */
export function createConnect(options: ConnectOptions): Connect {
  const secureContext = trustedRoots(options.extraCa);
  return async (origin, { signal, phases }) => {
    const startedAt = options.clock.monotonic();
    const addresses = await findAddresses(origin, options);
    if (origin.host.kind === "name") phases.dnsMs = since(options.clock, startedAt);
    const blocked = origin.own
      ? undefined
      : addresses.find((ip) => !addressAllowed(options.policy, ip));
    // One forbidden answer refuses the name: dialling the others would let an attacker try until
    // the guard blinks.
    if (blocked !== undefined) throw new SendFailure(ADDRESS_NOT_ALLOWED, blocked);
    if (signal.aborted) throw new SendFailure(CONNECT_TIMEOUT);
    const socket = dial(origin, { addresses, secureContext });
    return await opened({ socket, origin, phases, signal }, options);
  };
}

async function findAddresses(
  { host }: Origin,
  { policy, resolver }: ConnectOptions,
): Promise<readonly string[]> {
  if (host.kind === "address") return [host.ip];
  if (host.name === "localhost") return localhostAddresses(policy);
  const resolution = await resolver.resolve(host.name);
  if (resolution.ok) return resolution.addresses;
  throw new SendFailure({ outcome: "dns_error", error: resolution.error });
}

interface Dialling {
  readonly addresses: readonly string[];
  readonly secureContext: tls.SecureContext;
}

/**
 * With several addresses Node tries them in turn (RFC 8305); the look-up only hands over what was
 * judged.
 */
function dial({ host, port, secure }: Origin, { addresses, secureContext }: Dialling): net.Socket {
  const name = host.kind === "name" ? host.name : host.ip;
  const answers = addresses.map((address) => ({ address, family: net.isIP(address) }));
  const lookup: net.LookupFunction = (_name, lookupOptions, callback) => {
    const [first = { address: "", family: 0 }] = answers;
    if (lookupOptions.all) callback(null, answers);
    else callback(null, first.address, first.family);
  };
  const common = { host: name, port, lookup, autoSelectFamily: true };
  if (!secure) return net.connect(common);
  return tls.connect({
    ...common,
    secureContext,
    ALPNProtocols: ["http/1.1"],
    // RFC 6066, section 3: an address is not a server name.
    servername: host.kind === "name" ? name : "",
    // Said here so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch the check off.
    rejectUnauthorized: true,
  });
}

interface Opening {
  readonly socket: net.Socket;
  readonly origin: Origin;
  readonly phases: SocketPhases;
  readonly signal: AbortSignal;
}

function opened(opening: Opening, { clock, policy }: ConnectOptions): Promise<OpenedSocket> {
  const { socket, origin, phases, signal } = opening;
  const startedAt = clock.monotonic();
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      const reached = socket.remoteAddress ?? null;
      finish();
      socket.destroy();
      reject(error instanceof SendFailure ? error : new SendFailure(failureOf(error), reached));
    };
    const stop = () => fail(new SendFailure(CONNECT_TIMEOUT));
    const finish = () => {
      cancelTimer();
      signal.removeEventListener("abort", stop);
      socket.off("error", fail);
      // undici listens from its next turn on; an error before that must not end the process.
      socket.on("error", ignore);
    };
    const cancelTimer = clock.after(CONNECT_MS_MAX, stop);
    signal.addEventListener("abort", stop, { once: true });
    socket.on("error", fail);
    // First in line, so that a forbidden address gets nothing, not even a TLS greeting.
    socket.prependOnceListener("connect", () => {
      const address = socket.remoteAddress ?? "";
      phases.connectMs = since(clock, startedAt);
      if (origin.own || addressAllowed(policy, address)) return;
      fail(new SendFailure(ADDRESS_NOT_ALLOWED, address));
    });
    socket.once(origin.secure ? "secureConnect" : "connect", () => {
      if (socket.destroyed) return;
      const connectMs = phases.connectMs ?? 0;
      if (origin.secure) phases.tlsMs = since(clock, startedAt) - connectMs;
      finish();
      socket.setNoDelay(true);
      resolve({ socket, address: socket.remoteAddress ?? "" });
    });
  });
}

function ignore(): void {
  // The request on this socket is told by undici's own listeners.
}

/** Built once: reading some 140 roots again for every socket would cost more than the handshake. */
function trustedRoots(extraCa: string | undefined): tls.SecureContext {
  if (extraCa === undefined) return tls.createSecureContext({ minVersion: "TLSv1.2" });
  const ca = [...tls.getCACertificates("default"), extraCa];
  return tls.createSecureContext({ minVersion: "TLSv1.2", ca });
}

function since(clock: Clock, startedAt: number): number {
  return Math.round(clock.monotonic() - startedAt);
}
