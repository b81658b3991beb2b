/** What the pages of API keys ask of the API. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ApiKey, ApiKeyCall, AuditEntry, KeyRules } from "@posthorn/sdk";
import { patch, post, read, remove, type Page } from "../../api.ts";
import { useList, type List } from "../../paged.ts";
import { useMe } from "../../session.ts";
import type { UrlState } from "../../url-state.ts";

export type { ApiKey, ApiKeyCall, KeyRules };
/** The one answer that holds a secret: kept in a dialog's state, never in the cache. */
export type NewApiKey = ApiKey & { readonly key: string };

/** What a form of a key holds, as the API takes it. */
export interface KeySettings {
  readonly name: string;
  readonly description: string;
  readonly environment: string | null;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly addresses: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly enabled: boolean;
  readonly expiresAt: string | null;
}

export function useKeys({ q, status, environment, scope }: UrlState): List<ApiKey> {
  return useList<ApiKey>({
    key: ["keys"],
    path: "/api/keys",
    query: { q, status, environment, scope },
  });
}

export function useKey(id: string) {
  return useQuery({
    queryKey: ["keys", "one", id],
    queryFn: ({ signal }) => read<ApiKey>(`/api/keys/${id}`, undefined, signal),
  });
}

const rulesQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["key-rules", organizationId],
    queryFn: ({ signal }) => read<KeyRules>("/api/key-rules", undefined, signal),
    staleTime: 300_000,
  });

/** What a key can be here; undefined until it is known. */
export function useKeyRules(): KeyRules | undefined {
  return useQuery(rulesQuery(useMe().organization?.id ?? "")).data;
}

export interface UsageHour {
  readonly hour: string;
  readonly requests: number;
  readonly refusals: number;
}

export const RANGES = ["24h", "7d", "30d"] as const;

export function useKeyUsage(id: string, range: string) {
  return useQuery({
    queryKey: ["keys", "usage", id, range],
    queryFn: async ({ signal }) => {
      const path = `/api/keys/${id}/usage`;
      return (await read<{ data: readonly UsageHour[] }>(path, { range }, signal)).data;
    },
    placeholderData: (before) => before,
  });
}

const CALLS_SHOWN = 50;

export function useKeyCalls(id: string) {
  return useQuery({
    queryKey: ["keys", "calls", id],
    queryFn: ({ signal }) =>
      read<Page<ApiKeyCall>>(`/api/keys/${id}/calls`, { limit: CALLS_SHOWN }, signal),
    refetchInterval: 10_000,
  });
}

const TRAIL_SHOWN = 20;

/** Who changed this key, for those who may read the audit log. */
export function useKeyTrail(id: string) {
  return useQuery({
    queryKey: ["audit-log", id],
    queryFn: ({ signal }) =>
      read<Page<AuditEntry>>("/api/audit-log", { objectId: id, limit: TRAIL_SHOWN }, signal),
  });
}

/** A change that lists and pages of keys show when it is done. */
export function useKeyChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ["keys"] }),
  });
}

export function createKey(settings: KeySettings): Promise<NewApiKey> {
  return post<NewApiKey>("/api/keys", settings);
}

export function rollKey({ id, ends }: { id: string; ends: string }): Promise<NewApiKey> {
  return post<NewApiKey>(`/api/keys/${id}/roll`, { previousExpiresIn: ends });
}

export function changeKey(asked: {
  readonly id: string;
  readonly version: number;
  readonly change: Partial<KeySettings>;
}): Promise<ApiKey> {
  return patch<ApiKey>(`/api/keys/${asked.id}`, asked.change, asked.version);
}

export function revokeKey(id: string): Promise<void> {
  return remove(`/api/keys/${id}`);
}

/** The ids that could not be revoked. */
export async function revokeKeys(ids: readonly string[]): Promise<readonly string[]> {
  const { data } = await post<{ data: readonly { id: string; status: number }[] }>(
    "/api/keys/bulk-revoke",
    { ids },
  );
  return data.filter(({ status }) => status !== 204 && status !== 404).map(({ id }) => id);
}
