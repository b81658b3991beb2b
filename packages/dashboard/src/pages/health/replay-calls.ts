/** What replaying for all organizations asks of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AcrossDryRun, Job, Operations } from "@posthorn/sdk";
import { NO_ORGANIZATION, post, read, type Page } from "../../api.ts";

export type { AcrossDryRun, Job };
export type AcrossBody = Operations["deliveriesReplayAll"]["body"];

const SHOWN = 5;
const POLL_MS = 5_000;

/** The latest jobs over all organizations: they belong to none, so none is named. */
export function useAcrossJobs() {
  return useQuery({
    queryKey: ["jobs", "across"],
    queryFn: ({ signal }) =>
      read<Page<Job>>("/api/jobs", { ...NO_ORGANIZATION, isAcross: "true", limit: SHOWN }, signal),
    refetchInterval: POLL_MS,
  });
}

export function useAcrossCount(body: AcrossBody, isAsked: boolean) {
  return useQuery({
    queryKey: ["jobs", "across-count", body],
    queryFn: () => post<AcrossDryRun>("/api/deliveries-replay", { ...body, dryRun: true }),
    gcTime: 0,
    enabled: isAsked,
    retry: false,
    refetchOnWindowFocus: false,
  });
}

export function useAcrossStart() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AcrossBody) => post<Job>("/api/deliveries-replay", body),
    onSettled: () => client.invalidateQueries({ queryKey: ["jobs"] }),
  });
}
