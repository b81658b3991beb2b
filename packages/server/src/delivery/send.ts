import { isPublic, type AddressPolicy } from "../domain/address.ts";
import type { CheckedSocket } from "../domain/endpoint-check.ts";
import type { AttemptPhases } from "../domain/outcome.ts";
import { SOCKETS_IDLE_MAX } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import { createConnect } from "./connect.ts";
import { createResolver, type Resolver } from "./resolve.ts";
import { Exchange, type SendResult } from "./send/exchange.ts";
import { probeTarget } from "./send/probe.ts";
import type { Failure } from "./send/failure.ts";
import { Sockets } from "./send/sockets.ts";
import { createTargets, type Origin, type OwnOrigin } from "./send/target.ts";

export type { SendResult } from "./send/exchange.ts";
export type { OwnOrigin } from "./send/target.ts";

/**
 * One request, ready to go: the sender adds `host`, `content-length`, `connection` and
 * `accept-encoding`.
 */
export interface SendRequest {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** The one deadline over DNS, connecting, TLS, headers and body. */
  readonly timeoutMs: number;
}

/** The only opener of sockets to customers. */
export interface Sender {
  /**
   * POSTs once over HTTP/1.1, without proxy and without following redirects. Never throws and never
   * rejects: every way a request can end is an outcome.
   */
  send(request: SendRequest): Promise<SendResult>;
  /** Opens a socket as a request would, TLS included, and closes it again without a byte of HTTP. Never rejects. */
  probe(url: string): Promise<CheckedSocket>;
  /** Closes all sockets at once; requests under way end as `sender_closed`. */
  close(): void;
}

export interface SenderOptions {
  readonly clock: Clock;
  readonly policy: AddressPolicy;
  /** PEM certificates trusted beside the usual roots. */
  readonly extraCa?: string | undefined;
  /** Default: the system's name servers. */
  readonly resolver?: Resolver | undefined;
  readonly ownOrigin?: OwnOrigin | undefined;
  /** Idle sockets; fewer where the system allows few files. */
  readonly idleMax?: number | undefined;
  /** False in production without allowed addresses: nobody is shown answers from a network. */
  readonly bodiesOfNonPublicKept: boolean;
}

/** Builds the sender of this process. */
export function createSender(options: SenderOptions): Sender {
  const { clock } = options;
  const resolver = options.resolver ?? createResolver({ clock });
  const targetOf = createTargets(options);
  const connect = createConnect({ ...options, resolver });
  const sockets = new Sockets({ clock, connect, idleMax: options.idleMax ?? SOCKETS_IDLE_MAX });
  const keepsBody = (address: string, { own }: Origin) =>
    own || options.bodiesOfNonPublicKept || isPublic(address);
  const onEnded = (exchange: Exchange, reusable: boolean) => sockets.end(exchange, reusable);

  return {
    send(request) {
      const target = targetOf(request.url);
      if (!target.ok) return Promise.resolve(unsent(target.failure));
      const { origin, path } = target;
      const { body, timeoutMs } = request;
      const post = { method: "POST", path, headers: flatten(request.headers), body } as const;
      const order = { clock, origin, request: post, timeoutMs, keepsBody, onEnded };
      return new Promise((onSettled) => sockets.start(new Exchange({ ...order, onSettled })));
    },
    probe: (url) => probeTarget(targetOf(url), connect),
    close() {
      sockets.close();
      if (options.resolver === undefined) resolver.close();
    },
  };
}

/** undici's flat form. Identity alone: inflating an answer would let 10 kB become 10 MB. */
function flatten(headers: SendRequest["headers"]): string[] {
  const flat = ["accept-encoding", "identity"];
  for (const [name, value] of headers) flat.push(name, value);
  return flat;
}

const NO_PHASES: AttemptPhases = Object.freeze({});

function unsent({ outcome, error }: Failure): SendResult {
  return {
    outcome,
    status: null,
    error,
    durationMs: 0,
    phases: NO_PHASES,
    responseHeaders: {},
    responseBody: Buffer.alloc(0),
    responseBodyTruncated: false,
    retryAfter: null,
    address: null,
  };
}
