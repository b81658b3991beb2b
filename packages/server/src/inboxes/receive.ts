import type { IncomingHttpHeaders } from "node:http";
import type { HeaderBag } from "@posthorn/sdk/webhooks";
import type { Pool } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import {
  INBOX_DELIVERIES_REMEMBERED_MAX,
  INBOX_RECORDS_AT_ONCE,
  INBOX_RECORDS_WAITING_MAX,
  INBOX_REQUESTS_KEPT_MAX,
} from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import { newUuid, random } from "../platform/random.ts";
import type { Vault } from "../platform/vault.ts";
import type { Platforms } from "../platforms.ts";
import { insertInboxRequest, noteAnswer, type InboxRequestRow } from "../store/inbox-requests.ts";
import { listSigningEndpoints, numberRequest, type InboxRow } from "../store/inboxes.ts";
import { decideAnswer, readBehavior, type InboxAnswer } from "./behavior.ts";
import { deliveryIdHeaders, deliveryKey, type DeliveryKey } from "./delivery-key.ts";
import { createTurns } from "./turns.ts";
import { inboxUrl } from "./url.ts";
import { verifyRequest, withSeenBefore, type RequestVerification } from "./verification.ts";

export interface InboxContext {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly vault: Pick<Vault, "open">;
  readonly platforms: Platforms;
  readonly config: { readonly publicUrl: string };
}

/** A request to an inbox, whole. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Lists: a signature header that was sent twice must not pass for one. */
  readonly headersDistinct: HeaderBag;
  readonly body: Buffer;
}

/** How a request is to be answered, and where that is noted. */
export interface Recorded {
  readonly id: InboxRequestRow["id"];
  readonly answer: InboxAnswer;
}

/** Records what inboxes receive. */
export interface InboxRecorder {
  /** Undefined: the inbox has just gone. Throws `overloaded`. */
  record(inbox: InboxRow, request: ReceivedRequest): Promise<Recorded | undefined>;
  /** An answer that was given late. */
  noteAnswer(id: InboxRequestRow["id"], status: number): Promise<void>;
}

export function createInboxRecorder(context: InboxContext): InboxRecorder {
  const idHeaders = deliveryIdHeaders(context.platforms);
  // Requests to one inbox wait for each other in the database. Without a turn of their own a flood of them would hold
  // every connection that the API has.
  const inTurn = createTurns({
    atOnce: INBOX_RECORDS_AT_ONCE,
    waitingMax: INBOX_RECORDS_WAITING_MAX,
  });
  return {
    record(inbox, request) {
      const receivedAt = new Date(context.clock.now());
      const key = deliveryKey(idHeaders, request);
      return inTurn(async () => {
        const verification = await verify(context, { inbox, request, receivedAt });
        return store(context, { inbox, request, receivedAt, key, verification });
      });
    },
    noteAnswer: (id, status) => noteAnswer(context.sql, id, status),
  };
}

interface Arrival {
  readonly inbox: InboxRow;
  readonly request: ReceivedRequest;
  readonly receivedAt: Date;
}

/** Before the transaction: unsealing and hashing must not hold the inbox's row. */
async function verify(
  context: InboxContext,
  { inbox, request, receivedAt }: Arrival,
): Promise<RequestVerification | null> {
  const url = inboxUrl(context.config, inbox);
  const endpoints = await listSigningEndpoints(context.sql, {
    organizationId: inbox.organizationId,
    url,
    at: receivedAt,
  });
  const { headersDistinct: headers, body } = request;
  return verifyRequest(context, endpoints, { headers, body, receivedAt });
}

function store(
  context: InboxContext,
  arrival: Arrival & {
    readonly key: DeliveryKey;
    readonly verification: RequestVerification | null;
  },
): Promise<Recorded | undefined> {
  const { inbox, request, receivedAt, key } = arrival;
  return context.sql.begin(async (tx) => {
    const numbered = await numberRequest(tx, inbox.id, key.digest);
    if (!numbered) return undefined;
    const { number, requestCount, firstNumber } = numbered;
    const answer = decideAnswer(readBehavior(numbered), { requestCount, chance: random() });
    const isFirst = firstNumber === number || key.by === null;
    const duplicateOf = isFirst ? null : firstNumber;
    const id = asId<"ibr">(newUuid());
    const row = {
      id,
      inboxId: inbox.id,
      number,
      receivedAt,
      method: request.method,
      path: request.path,
      headers: shownHeaders(request.headers),
      body: request.body,
      answeredStatus: answer.delayMs > 0 ? null : answer.status,
      duplicateOf,
      verification: withSeenBefore(arrival.verification, { duplicateOf, by: key.by }),
    };
    await insertInboxRequest(tx, row, {
      requestsMax: INBOX_REQUESTS_KEPT_MAX,
      deliveriesMax: INBOX_DELIVERIES_REMEMBERED_MAX,
    });
    return { id, answer };
  });
}

/** Whoever sends their own credentials to an inbox by mistake must not find them in a log. */
const MASKED: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "x-api-key",
]);
const MASK = "••••";

function shownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      MASKED.has(name) ? MASK : [value].flat().join(", "),
    ]),
  );
}
