/** What the pages of webhooks ask of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Operations, Webhook } from "@posthorn/sdk";
import { call, post, read, remove } from "../../api.ts";
import { useList, type List } from "../../paged.ts";
import type { UrlState } from "../../url-state.ts";

export const STATUSES = ["active", "failing", "paused", "disabled"] as const;

export function useWebhooks({ q, status, event, sort }: UrlState): List<Webhook> {
  const query = { q, status, event, sort };
  return useList<Webhook>({ key: ["webhooks"], path: "/api/webhooks", query });
}

export type EndpointLine = Operations["statisticsWebhooksList"]["answer"]["data"][number];
/** The last 24 hours of each endpoint, by its id. */
export type EndpointLines = ReadonlyMap<string, EndpointLine>;

const NONE: EndpointLines = new Map();

export function useEndpointLines(): EndpointLines {
  const { data } = useQuery({
    queryKey: ["webhooks", "lines"],
    queryFn: async ({ signal }) => {
      const path = "/api/statistics/webhooks";
      const answer = await read<{ data: readonly EndpointLine[] }>(path, undefined, signal);
      return new Map(answer.data.map((line) => [line.endpointId, line]));
    },
    refetchInterval: 30_000,
  });
  return data ?? NONE;
}

/** A change that the lists of webhooks show when it is done. */
export function useWebhookChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ["webhooks"] }),
  });
}

export function pauseWebhook(id: string): Promise<Webhook> {
  return post<Webhook>(`/api/webhooks/${id}/pause`);
}

export function resumeWebhook(id: string): Promise<Webhook> {
  return post<Webhook>(`/api/webhooks/${id}/resume`);
}

export function deleteWebhook(id: string): Promise<void> {
  return remove(`/api/webhooks/${id}`);
}

/** The ids that could not be deleted. */
export async function deleteWebhooks(ids: readonly string[]): Promise<readonly string[]> {
  const { data } = await post<{ data: readonly { id: string; status: number }[] }>(
    "/api/webhooks/bulk-delete",
    { ids },
  );
  return data.filter(({ status }) => status !== 204 && status !== 404).map(({ id }) => id);
}

export interface Sent {
  readonly ok: boolean;
  readonly responseStatus: number | null;
  readonly durationMs: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** A small unsigned request; the answer tells how it went. */
export function sendConnectivity(id: string): Promise<Sent> {
  return call<Sent>({ method: "POST", path: `/api/webhooks/${id}/send`, body: {} });
}
