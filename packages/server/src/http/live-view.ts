import type { LiveChange, LiveKind } from "../domain/live-tail.ts";
import { asId, formatId, type IdPrefix } from "../domain/id.ts";
import type { Scope } from "../domain/scope.ts";
import { findApiKeys } from "../store/api-keys.ts";
import { findDeliveries } from "../store/deliveries.ts";
import { findEndpoints } from "../store/endpoints.ts";
import { findInboxRequests } from "../store/inbox-requests.ts";
import { findJobs } from "../store/jobs.ts";
import { findNotices } from "../store/notices.ts";
import { findReceipts } from "../store/receipts.ts";
import { countSourceUsage } from "../store/source-usage.ts";
import { findSources } from "../store/sources.ts";
import { showApiKey } from "./api-key-view.ts";
import { showDelivery } from "./delivery-view.ts";
import { showEndpoint } from "./endpoint-view.ts";
import { showJob } from "./job-view.ts";
import { showNotice } from "./notices.ts";
import { showReceiptSummary } from "./receipts.ts";
import { showSource } from "./source-view.ts";
import type { Services } from "./services.ts";

/** One event of a stream: its kind, and the object as the lists show it. */
export interface LiveMessage {
  readonly kind: LiveKind;
  readonly data: { readonly id: string };
}

/** Through whose eyes changes are looked at. */
export interface LiveView {
  readonly scope: Scope;
  readonly reader: string;
  /** Notices of keys are for who may see keys. */
  readonly seesKeys: boolean;
  /** Sources of the operator's are for operators. */
  readonly isOperator: boolean;
}

type Read = (services: Services, ids: readonly string[], view: LiveView) => Promise<Shown[]>;
type Shown = LiveMessage["data"];

const READS: Readonly<Record<LiveKind, Read>> = {
  async delivery({ sql }, ids, { scope }) {
    const found = await findDeliveries(sql, ids.map(asId<"dlv">), scope);
    return found.map(showDelivery);
  },
  async endpoint(services, ids, { scope }) {
    const found = await findEndpoints(services.sql, ids.map(asId<"ep">), scope);
    return found.map((row) => showEndpoint(services, row));
  },
  async notice({ sql }, ids, view) {
    return (await findNotices(sql, ids.map(asId<"ntc">), view)).map(showNotice);
  },
  async inbox({ sql }, ids, { scope }) {
    const found = await findInboxRequests(sql, ids.map(asId<"ibr">), scope);
    // Without the body, which may be a quarter of a megabyte: who shows the request reads it.
    return found.map((row) => ({
      id: formatId("ibr", row.id),
      inboxId: formatId("ibx", row.inboxId),
      number: row.number,
      receivedAt: row.receivedAt.toISOString(),
      method: row.method,
      path: row.path,
      size: row.body.length,
      answeredStatus: row.answeredStatus,
      duplicateOf: row.duplicateOf,
    }));
  },
  async job({ sql }, ids, { scope }) {
    return (await findJobs(sql, ids.map(asId<"job">), scope)).map(showJob);
  },
  async source(services, ids, view) {
    const found = await findSources(services.sql, ids.map(asId<"src">), view);
    const counts = await countSourceUsage(
      services.sql,
      found.map(({ id }) => id),
    );
    return found.map((row) => showSource(services, row, counts.get(row.id)));
  },
  async receipt({ sql }, ids, view) {
    return (await findReceipts(sql, ids.map(asId<"rcp">), view)).map(showReceiptSummary);
  },
  async key({ sql, clock }, ids, { scope }) {
    const found = await findApiKeys(sql, ids.map(asId<"key">), scope);
    return found.map((row) => showApiKey(row, clock.now()));
  },
};

const PREFIXES: Readonly<Record<LiveKind, IdPrefix>> = {
  delivery: "dlv",
  endpoint: "ep",
  notice: "ntc",
  inbox: "ibr",
  job: "job",
  key: "key",
  source: "src",
  receipt: "rcp",
};

/** Of these there are some that a caller may not know of: what is not found may be there for others. */
const MAY_BE_HIDDEN: ReadonlySet<LiveKind> = new Set(["source", "receipt"]);

/**
 * The objects that have changed, as they are by now, in the order of their last changes. What is gone is told by its id
 * alone, but not to a key that is limited to resources: it may never have seen it.
 */
export async function readMessages(
  services: Services,
  changes: readonly LiveChange[],
  { kinds, ...view }: LiveView & { readonly kinds: ReadonlySet<LiveKind> },
): Promise<LiveMessage[]> {
  const latest = new Map<string, LiveKind>();
  for (const { kind, objectId } of changes) {
    if (kind === "behind" || objectId === null || !kinds.has(kind)) continue;
    latest.delete(objectId);
    latest.set(objectId, kind);
  }
  const byKind = Map.groupBy(latest, ([, kind]) => kind);
  const shown = new Map<string, Shown>();
  for (const [kind, entries] of byKind) {
    const objects = await READS[kind](
      services,
      entries.map(([id]) => id),
      view,
    );
    for (const object of objects) shown.set(object.id, object);
  }
  const seesAll = (kind: LiveKind) =>
    typeof view.scope === "string" &&
    (view.isOperator || !MAY_BE_HIDDEN.has(kind)) &&
    (view.seesKeys || kind !== "notice");
  return [...latest].flatMap(([objectId, kind]) => {
    const id = formatId(PREFIXES[kind], asId(objectId));
    const data = shown.get(id) ?? (seesAll(kind) ? { id, deleted: true } : undefined);
    return data ? [{ kind, data }] : [];
  });
}
