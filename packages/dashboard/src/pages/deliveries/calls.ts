/** What the pages of deliveries ask of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Attempt, Delivery, DryRun, Event, Job } from "@posthorn/sdk";
import { post, read } from "../../api.ts";
import { useList, type List } from "../../paged.ts";
import type { UrlState } from "../../url-state.ts";

export type { Attempt, Delivery };

export const STATUSES = [
  "pending",
  "sending",
  "retrying",
  "held",
  "delivered",
  "failed",
  "cancelled",
] as const;

/** The names in the URL that are filters of the list. */
export const FILTERS = [
  "q",
  "status",
  "type",
  "response",
  "since",
  "from",
  "to",
  "isTest",
] as const;

const SPANS_MS: Readonly<Record<string, number>> = {
  "1h": 3_600_000,
  "24h": 24 * 3_600_000,
  "7d": 7 * 24 * 3_600_000,
  "30d": 30 * 24 * 3_600_000,
};
const MINUTE_MS = 60_000;

/** The URL's filters as the API's parameters; `endpointId` where the list belongs to one endpoint. */
export function deliveryQuery(
  state: UrlState,
  endpointId: string | undefined,
  nowMs: number,
): Readonly<Record<string, string | undefined>> {
  const { q = "", status, type, response, since = "", isTest, to } = state;
  const span = SPANS_MS[since];
  // Whole minutes: the same filter stays the same request while a page is open.
  const start = span === undefined ? Number.NaN : nowMs - span;
  const from = Number.isNaN(start)
    ? state["from"]
    : new Date(Math.floor(start / MINUTE_MS) * MINUTE_MS).toISOString();
  return {
    status,
    type,
    response,
    isTest,
    endpointId,
    ...byId(q.trim(), endpointId),
    "createdAt[gte]": from,
    "createdAt[lte]": to,
  };
}

/** An id that was pasted into the search names what it belongs to by its prefix; anything else is an ordering key. */
function byId(text: string, ofEndpoint: string | undefined): Readonly<Record<string, string>> {
  if (text === "") return {};
  if (text.startsWith("evt_")) return { eventId: text };
  // On the page of an endpoint another one finds nothing: its deliveries are not those of this page.
  if (text.startsWith("ep_") && ofEndpoint === undefined) return { endpointId: text };
  if (text.includes(":")) return { resource: text };
  return { orderingKey: text };
}

export function useDeliveries(query: ReturnType<typeof deliveryQuery>): List<Delivery> {
  return useList<Delivery>({ key: ["deliveries"], path: "/api/deliveries", query });
}

export function useDelivery(id: string) {
  return useQuery({
    queryKey: ["deliveries", "one", id],
    queryFn: ({ signal }) => read<Delivery>(`/api/deliveries/${id}`, undefined, signal),
  });
}

export function useAttempts(id: string) {
  return useQuery({
    queryKey: ["deliveries", "attempts", id],
    queryFn: async ({ signal }) => {
      const path = `/api/deliveries/${id}/attempts`;
      return (await read<{ data: readonly Attempt[] }>(path, undefined, signal)).data;
    },
  });
}

export function useEvent(id: string | undefined) {
  return useQuery({
    queryKey: ["events", "one", id],
    queryFn: ({ signal }) => read<Event>(`/api/events/${id}`, undefined, signal),
    enabled: id !== undefined,
  });
}

/** A change that lists and pages of deliveries show when it is done. */
export function useDeliveryChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ["deliveries"] }),
  });
}

export function redeliver(id: string): Promise<Delivery> {
  return post<Delivery>(`/api/deliveries/${id}/redeliver`);
}

export function cancelDelivery(id: string): Promise<Delivery> {
  return post<Delivery>(`/api/deliveries/${id}/cancel`);
}

/** One after the other; how many could and could not be changed. */
export async function changeEach(asked: {
  readonly ids: readonly string[];
  readonly act: (id: string) => Promise<unknown>;
}): Promise<{ readonly done: number; readonly failed: readonly string[] }> {
  const failed: string[] = [];
  for (const id of asked.ids) await asked.act(id).catch(() => failed.push(id));
  return { done: asked.ids.length - failed.length, failed };
}

type Query = Readonly<Record<string, string | undefined>>;

/** What is done to all that the filters match, as a job. */
export type ForAll = "redeliver" | "cancel";

export function countMatching(act: ForAll, query: Query): Promise<DryRun> {
  if (act === "cancel") return post<DryRun>("/api/deliveries/cancel", { dryRun: true }, query);
  return post<DryRun>("/api/deliveries/redeliver", { dryRun: true }, query);
}

export function startForAll(asked: {
  readonly act: ForAll;
  readonly query: Query;
  readonly rate: string;
}): Promise<Job> {
  const { act, query, rate } = asked;
  if (act === "cancel") return post<Job>("/api/deliveries/cancel", {}, query);
  return post<Job>("/api/deliveries/redeliver", rate === "" ? {} : { rate }, query);
}
