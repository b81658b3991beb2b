/** What the operator's pages ask of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Mail, Operations, OperatorKey, Organization, Outbox, Overview } from "@posthorn/sdk";
import { post, read, remove } from "../../api.ts";
import { useList, type List } from "../../paged.ts";

export type { Mail, OperatorKey, Organization, Outbox, Overview };
/** The one answer that holds the key: kept in a dialog's state, never in the cache. */
export type NewOperatorKey = Operations["operatorKeysCreate"]["answer"];
export type PortalSession = Operations["portalSessionsCreate"]["answer"];

export function useOverview() {
  return useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => read<Overview>("/api/overview", undefined, signal),
    refetchInterval: 5_000,
  });
}

export function useOrganizations(): List<Organization> {
  return useList<Organization>({ key: ["organizations"], path: "/api/organizations" });
}

type ProfileLine = Operations["profilesList"]["answer"]["data"][number];

export function useProfileLines() {
  return useQuery({
    queryKey: ["profiles"],
    queryFn: async ({ signal }) =>
      (await read<{ data: readonly ProfileLine[] }>("/api/profiles", undefined, signal)).data,
    staleTime: 300_000,
  });
}

/** A change that the operator's lists show when it is done. */
export function useOperatorChange<Input, Output>(
  noun: string,
  change: (input: Input) => Promise<Output>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    gcTime: 0,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [noun] }),
        client.invalidateQueries({ queryKey: ["me"] }),
      ]),
  });
}

export function createOrganization(body: {
  readonly name: string;
  readonly profile: string;
  readonly plan: string | null;
}): Promise<Organization> {
  return post<Organization>("/api/organizations", body);
}

export function suspendOrganization(id: string): Promise<Organization> {
  return post<Organization>(`/api/organizations/${id}/suspend`);
}

export function resumeOrganization(id: string): Promise<Organization> {
  return post<Organization>(`/api/organizations/${id}/resume`);
}

export function deleteOrganization({ id, name }: Organization): Promise<void> {
  return remove(`/api/organizations/${id}`, { confirm: name });
}

export function mintPortalLink(body: {
  readonly organizationId: string;
  readonly user: { readonly id: string; readonly name: string; readonly role: string };
}): Promise<PortalSession> {
  return post<PortalSession>("/api/portal-sessions", body);
}

export function useOperatorKeys(): List<OperatorKey> {
  return useList<OperatorKey>({ key: ["operator-keys"], path: "/api/operator-keys" });
}

export function createOperatorKey(name: string): Promise<NewOperatorKey> {
  return post<NewOperatorKey>("/api/operator-keys", { name });
}

export function revokeOperatorKey(id: string): Promise<void> {
  return remove(`/api/operator-keys/${id}`);
}

export function useMails(): List<Mail> {
  return useList<Mail>({ key: ["mails"], path: "/api/mails" });
}

export function sendTestMail(to: string): Promise<unknown> {
  return post("/api/mails/test", { to });
}

export type MailWithBody = Operations["mailsRead"]["answer"];

/** With what it says. A link in it may let somebody in: it is gone from here when nobody looks. */
export function useMail(id: string) {
  return useQuery({
    queryKey: ["mails", "one", id],
    queryFn: ({ signal }) => read<MailWithBody>(`/api/mails/${id}`, undefined, signal),
    gcTime: 0,
  });
}

export function useOutbox(id: string) {
  return useQuery({
    queryKey: ["outboxes", "one", id],
    queryFn: ({ signal }) => read<Outbox>(`/api/outboxes/${id}`, undefined, signal),
  });
}

export function createOutbox(body: Operations["outboxesCreate"]["body"]): Promise<Outbox> {
  return post<Outbox>("/api/outboxes", body);
}

export function deleteOutbox(id: string): Promise<void> {
  return remove(`/api/outboxes/${id}`);
}

export function useOutboxes(): List<Outbox> {
  return useList<Outbox>({ key: ["outboxes"], path: "/api/outboxes" });
}
