/** What the page about health asks of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { HealthDetails, Operations } from "@posthorn/sdk";
import { post, read } from "../../api.ts";

export type { HealthDetails };
export type Node = HealthDetails["overview"]["nodes"][number];
export type Retention = HealthDetails["retention"];

export function useHealthDetails() {
  return useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => read<HealthDetails>("/api/health/details", undefined, signal),
    refetchInterval: 10_000,
  });
}

/** Asks a node to take no more deliveries, or to take them again. */
export function useDrain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, isDraining }: { readonly id: number; readonly isDraining: boolean }) =>
      isDraining ? post<Node>(`/api/nodes/${id}/drain`) : post<Node>(`/api/nodes/${id}/undrain`),
    onSettled: () =>
      Promise.all(
        ["health", "overview"].map((noun) => client.invalidateQueries({ queryKey: [noun] })),
      ),
  });
}

/** For a file: never in the cache. */
export function readSupportBundle(): Promise<Operations["supportBundleRead"]["answer"]> {
  return read("/api/support-bundle");
}
