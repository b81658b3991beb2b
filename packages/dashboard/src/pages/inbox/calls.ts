/** What the pages of test inboxes ask of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Inbox, InboxBehavior, InboxRequest } from "@posthorn/sdk";
import { patch, post, read, remove, type Page } from "../../api.ts";
import { useList, type List } from "../../paged.ts";

export type { Inbox, InboxBehavior, InboxRequest };

export function useInboxes(): List<Inbox> {
  return useList<Inbox>({ key: ["inboxes"], path: "/api/inboxes" });
}

export function useInbox(id: string) {
  return useQuery({
    queryKey: ["inboxes", "one", id],
    queryFn: ({ signal }) => read<Inbox>(`/api/inboxes/${id}`, undefined, signal),
  });
}

/** Without a live connection it is read anew every so often. */
const POLL_MS = 5_000;
const SHOWN = 100;

export function useRequests(id: string) {
  return useQuery({
    queryKey: ["inboxes", "requests", id],
    queryFn: async ({ signal }) => {
      const path = `/api/inboxes/${id}/requests`;
      return (await read<Page<InboxRequest>>(path, { limit: SHOWN }, signal)).data;
    },
    refetchInterval: POLL_MS,
  });
}

/** One request, for links; undefined asks for none. */
export function useRequest(inboxId: string, id: string | undefined) {
  return useQuery({
    queryKey: ["inboxes", "request", inboxId, id],
    queryFn: ({ signal }) =>
      read<InboxRequest>(`/api/inboxes/${inboxId}/requests/${id}`, undefined, signal),
    enabled: id !== undefined,
    retry: false,
  });
}

/** A change that lists and pages of inboxes show when it is done. */
export function useInboxChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ["inboxes"] }),
  });
}

export function createInbox(): Promise<Inbox> {
  return post<Inbox>("/api/inboxes");
}

export function setBehavior(asked: {
  readonly inbox: Inbox;
  readonly behavior: InboxBehavior;
}): Promise<Inbox> {
  const { inbox, behavior } = asked;
  return patch<Inbox>(`/api/inboxes/${inbox.id}`, { behavior }, inbox.version);
}

export function deleteInbox(id: string): Promise<void> {
  return remove(`/api/inboxes/${id}`);
}

/** An endpoint for everything that points at the inbox. */
export function addEndpointFor(inbox: Inbox): Promise<unknown> {
  return post("/api/webhooks", { url: inbox.url, events: ["*"], description: inbox.name });
}
