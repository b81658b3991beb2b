/** What the first minute asks of the API. */
import { useQuery } from "@tanstack/react-query";
import type { AcceptedEvent, Attempt, Delivery, Inbox, InboxRequest, Webhook } from "@posthorn/sdk";
import { call, post, read, remove, type Page } from "../../api.ts";

export interface Demo {
  readonly inbox: Inbox;
  readonly endpoint: Webhook;
}

const LOOK_AGAIN_MS = 700;

/** A test inbox, and an endpoint that points at it. */
export async function prepareDemo(asked: {
  readonly wireFormat: string;
  readonly name: string;
}): Promise<Demo> {
  const inbox = await post<Inbox>("/api/inboxes", { name: asked.name });
  const endpoint = await post<Webhook>("/api/webhooks", {
    url: inbox.url,
    events: ["*"],
    description: asked.name,
    wireFormat: asked.wireFormat,
  });
  return { inbox, endpoint };
}

export async function readDemo(ids: {
  readonly inboxId: string;
  readonly endpointId: string;
}): Promise<Demo> {
  const [inbox, endpoint] = await Promise.all([
    read<Inbox>(`/api/inboxes/${ids.inboxId}`),
    read<Webhook>(`/api/webhooks/${ids.endpointId}`),
  ]);
  return { inbox, endpoint };
}

export interface DemoEvent {
  readonly type: string;
  readonly data: unknown;
}

export function publish(event: DemoEvent): Promise<AcceptedEvent> {
  return post<AcceptedEvent>("/api/events", event);
}

/** The inbox answers 500 to the first attempt of each delivery, and 200 to the second. */
export async function failOnce({ id }: Inbox): Promise<void> {
  const { version } = await read<Inbox>(`/api/inboxes/${id}`);
  const behavior = { kind: "failFirst", count: 1, status: 500 };
  await call({ method: "PATCH", path: `/api/inboxes/${id}`, body: { behavior }, ifMatch: version });
}

/** The newest request of the inbox; read again and again until there is one. */
export function useFirstRequest(inboxId: string, isWaiting: boolean) {
  return useQuery({
    queryKey: ["inboxes", "first", inboxId],
    queryFn: async ({ signal }) => {
      const path = `/api/inboxes/${inboxId}/requests`;
      const { data } = await read<Page<InboxRequest>>(path, { limit: 1 }, signal);
      return data[0] ?? null;
    },
    enabled: isWaiting,
    refetchInterval: ({ state }) => (state.data ? false : LOOK_AGAIN_MS),
  });
}

export interface Story {
  readonly delivery: Delivery;
  readonly attempts: readonly Attempt[];
}

/** The delivery of an event with its attempts, until it is delivered. */
export function useStory(eventId: string | undefined) {
  return useQuery({
    queryKey: ["deliveries", "story", eventId],
    queryFn: async ({ signal }): Promise<Story | null> => {
      const list = await read<Page<Delivery>>("/api/deliveries", { eventId }, signal);
      const [delivery] = list.data;
      if (!delivery) return null;
      const path = `/api/deliveries/${delivery.id}/attempts`;
      const { data } = await read<{ data: readonly Attempt[] }>(path, undefined, signal);
      return { delivery, attempts: data };
    },
    enabled: eventId !== undefined,
    refetchInterval: ({ state }) =>
      state.data?.delivery.status === "delivered" ? false : LOOK_AGAIN_MS,
  });
}

export async function removeDemo({ inbox, endpoint }: Demo): Promise<void> {
  await remove(`/api/webhooks/${endpoint.id}`);
  await remove(`/api/inboxes/${inbox.id}`);
}
