/** What the pages of sources ask of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Operations, Receipt, ReceiptSummary, Source, SourceProvider } from "@posthorn/sdk";
import { patch, post, read, remove, type Page } from "../../api.ts";
import { useList, type List } from "../../paged.ts";

export type { Receipt, ReceiptSummary, Source, SourceProvider };
/** May hold a secret that was generated: kept in a dialog's state, never in the cache. */
export type NewSource = Operations["sourcesCreate"]["answer"];
export type SourceBody = Operations["sourcesCreate"]["body"];
export type SourceChange = Operations["sourcesUpdate"]["body"];

export function sourcePath(id: string): string {
  return `/settings/integrations/sources/${id}`;
}

export function useProviders() {
  return useQuery({
    queryKey: ["source-providers"],
    queryFn: async ({ signal }) => {
      const path = "/api/source-providers";
      return (await read<{ data: readonly SourceProvider[] }>(path, undefined, signal)).data;
    },
    staleTime: 300_000,
  });
}

export function useSources(query: {
  readonly provider?: string;
  readonly status?: string;
}): List<Source> {
  return useList<Source>({ key: ["sources"], path: "/api/sources", query });
}

export function useSource(id: string) {
  return useQuery({
    queryKey: ["sources", "one", id],
    queryFn: ({ signal }) => read<Source>(`/api/sources/${id}`, undefined, signal),
    refetchInterval: 10_000,
  });
}

export function useReceipts(
  query: Readonly<Record<string, string | undefined>>,
): List<ReceiptSummary> {
  return useList<ReceiptSummary>({ key: ["receipts"], path: "/api/receipts", query });
}

export function useReceipt(id: string) {
  return useQuery({
    queryKey: ["receipts", "one", id],
    queryFn: ({ signal }) => read<Receipt>(`/api/receipts/${id}`, undefined, signal),
  });
}

const LOOK_AGAIN_MS = 1_000;

/** The newest receipt of a source, asked for until there is one. */
export function useFirstReceipt(sourceId: string) {
  return useQuery({
    queryKey: ["receipts", "first", sourceId],
    queryFn: async ({ signal }) => {
      const query = { sourceId, limit: 1 };
      return (await read<Page<ReceiptSummary>>("/api/receipts", query, signal)).data[0] ?? null;
    },
    refetchInterval: ({ state }) => (state.data?.status === "verified" ? false : LOOK_AGAIN_MS),
  });
}

/** A change that lists and pages of sources show when it is done. */
export function useSourceChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    gcTime: 0,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["sources"] }),
        client.invalidateQueries({ queryKey: ["receipts"] }),
      ]),
  });
}

export function createSource(body: SourceBody): Promise<NewSource> {
  return post<NewSource>("/api/sources", body);
}

export function changeSource(asked: {
  readonly source: Source;
  readonly change: SourceChange;
}): Promise<Source> {
  const { source, change } = asked;
  return patch<Source>(`/api/sources/${source.id}`, change, source.version);
}

export function giveSecret(asked: {
  readonly id: string;
  readonly secret: string;
  readonly previousExpiresIn: number;
}): Promise<NewSource> {
  const { id, ...body } = asked;
  return post<NewSource>(`/api/sources/${id}/roll-secret`, body);
}

export function deleteSource(id: string): Promise<void> {
  return remove(`/api/sources/${id}`);
}

export function replayReceipt(id: string): Promise<Receipt> {
  return post<Receipt>(`/api/receipts/${id}/replay`);
}
