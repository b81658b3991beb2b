/** What the page of one webhook asks of the API. */
import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type {
  Delivery,
  DryRun,
  EndpointRules,
  HeldDeliveries,
  Inbox,
  Job,
  Operations,
  ReleasePreview,
  Webhook,
} from "@posthorn/sdk";
import { call, patch, post, read, type Page } from "../../api.ts";
import { useMe } from "../../session.ts";

export type { EndpointRules, Webhook };
/** The answers that hold a secret: kept in a dialog's state, never in the cache. */
export type NewWebhook = Operations["webhooksCreate"]["answer"];
export type RolledSecret = Operations["webhooksRollSecret"]["answer"];
export type EndpointBody = Operations["webhooksCreate"]["body"];
export type EndpointChange = Operations["webhooksUpdate"]["body"];
export type TestResult = Operations["webhooksTest"]["answer"];
export type UrlVerdict = Operations["webhooksValidateUrl"]["answer"];

export function webhookPath(id: string): string {
  return `/settings/integrations/webhooks/${id}`;
}

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ["webhooks", "one", id],
    queryFn: ({ signal }) => read<Webhook>(`/api/webhooks/${id}`, undefined, signal),
  });

export function useWebhook(id: string) {
  return useQuery(webhookQuery(id));
}

/** What an endpoint can be here; undefined until it is known. */
export function useEndpointRules(): EndpointRules | undefined {
  const organizationId = useMe().organization?.id ?? "";
  return useQuery({
    queryKey: ["endpoint-rules", organizationId],
    queryFn: ({ signal }) => read<EndpointRules>("/api/endpoint-rules", undefined, signal),
    staleTime: 300_000,
  }).data;
}

export function useHealth(id: string) {
  return useQuery({
    queryKey: ["webhooks", "health", id],
    queryFn: ({ signal }) =>
      read<Operations["webhooksHealthRead"]["answer"]>(
        `/api/webhooks/${id}/health`,
        undefined,
        signal,
      ),
    refetchInterval: 30_000,
  });
}

export function useHeld(id: string, isHolding: boolean) {
  return useQuery({
    queryKey: ["webhooks", "held", id],
    queryFn: ({ signal }) => read<HeldDeliveries>(`/api/webhooks/${id}/held`, undefined, signal),
    enabled: isHolding,
  });
}

const FAILURES_READ = 100;

/** The latest deliveries that failed or are retried: what the causes are counted from. */
export function useRecentFailures(id: string) {
  return useQuery({
    queryKey: ["deliveries", "failures", id],
    queryFn: ({ signal }) =>
      read<Page<Delivery>>(
        "/api/deliveries",
        { endpointId: id, status: "failed,retrying", isTest: false, limit: FAILURES_READ },
        signal,
      ),
  });
}

/** A change that lists and pages of webhooks show when it is done. */
export function useEndpointChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ["webhooks"] }),
  });
}

export function createEndpoint(body: EndpointBody): Promise<NewWebhook> {
  return post<NewWebhook>("/api/webhooks", body);
}

export function changeEndpoint(asked: {
  readonly id: string;
  readonly version: number;
  readonly change: EndpointChange;
}): Promise<Webhook> {
  return patch<Webhook>(`/api/webhooks/${asked.id}`, asked.change, asked.version);
}

export function validateUrl(asked: {
  readonly url: string;
  readonly wireFormat: string;
}): Promise<UrlVerdict> {
  return post<UrlVerdict>("/api/webhooks/validate-url", asked);
}

export function rollSecret(asked: {
  readonly id: string;
  readonly previousExpiresIn?: number;
}): Promise<RolledSecret> {
  const { id, ...body } = asked;
  return post<RolledSecret>(`/api/webhooks/${id}/roll-secret`, body);
}

export function promoteSecret(id: string): Promise<Webhook> {
  return post<Webhook>(`/api/webhooks/${id}/secret/promote`);
}

export function revealSecret(id: string): Promise<{ readonly secret: string }> {
  return read<{ secret: string }>(`/api/webhooks/${id}/secret`);
}

/** For how long the old secret signs on, from now; `0s` ends it. */
export function setOverlap(asked: {
  readonly id: string;
  readonly previousExpiresIn: string;
}): Promise<Webhook> {
  const { id, ...body } = asked;
  return post<Webhook>(`/api/webhooks/${id}/secret/overlap`, body);
}

export type EndpointCheck = Operations["webhooksCheck"]["answer"];

export function checkEndpoint(id: string): Promise<EndpointCheck> {
  return post<EndpointCheck>(`/api/webhooks/${id}/check`);
}

export interface TestAsked {
  readonly id: string;
  readonly eventType: string;
  readonly data: unknown;
}

export type TestPreview = Operations["webhooksTestPreview"]["answer"];

/** The request that a test would be, signed; null: nothing to preview. Its signature is as old as the answer. */
export function useTestPreview(asked: TestAsked | null) {
  return useQuery({
    queryKey: ["test-preview", asked],
    queryFn: ({ signal }) => {
      const { id, ...body } = asked ?? { id: "" };
      const path = `/api/webhooks/${id}/test/preview`;
      return call<TestPreview>({ method: "POST", path, body, signal });
    },
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
}

export function sendTest(asked: TestAsked & { readonly signWith?: "newest" }): Promise<TestResult> {
  const { id, ...body } = asked;
  return post<TestResult>(`/api/webhooks/${id}/test`, body);
}

export type ReplayBody = Operations["webhooksReplay"]["body"];

export function countReplay(id: string, body: ReplayBody): Promise<DryRun> {
  return post<DryRun>(`/api/webhooks/${id}/replay`, { ...body, dryRun: true });
}

export function startReplay(asked: {
  readonly id: string;
  readonly body: ReplayBody;
}): Promise<Job> {
  return post<Job>(`/api/webhooks/${asked.id}/replay`, asked.body);
}

export type ReleaseBody =
  | { readonly take: "all" | "none" }
  | { readonly take: "newest"; readonly count: number };

export function previewRelease(id: string, body: ReleaseBody): Promise<ReleasePreview> {
  return post<ReleasePreview>(`/api/webhooks/${id}/release`, { ...body, dryRun: true });
}

export function release(asked: { readonly id: string; readonly body: ReleaseBody }): Promise<Job> {
  return post<Job>(`/api/webhooks/${asked.id}/release`, asked.body);
}

export type Preview = Operations["webhooksPreview"]["answer"];

export function previewFilter(body: {
  readonly events: readonly string[];
  readonly filter: unknown;
  readonly resource: string | null;
}): Promise<Preview> {
  return post<Preview>("/api/webhooks/preview", body);
}

/** A receiver of our own, for whoever has none at hand. */
export function createInbox(name: string): Promise<Inbox> {
  return post<Inbox>("/api/inboxes", { name });
}
