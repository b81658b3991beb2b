/** The catalogue of the organization. */
import { useQuery } from "@tanstack/react-query";
import type { EventType } from "@posthorn/sdk";
import { read } from "../../api.ts";

export type { EventType };

export interface Catalogue {
  readonly data: readonly EventType[];
  /** Whether events of other types are accepted, too. */
  readonly open: boolean;
  /** What befalls the organization's own endpoints. */
  readonly operational: readonly EventType[];
}

export function useCatalogue() {
  return useQuery({
    queryKey: ["event-types"],
    queryFn: ({ signal }) => read<Catalogue>("/api/event-types", undefined, signal),
    staleTime: 300_000,
  });
}

/** The types of the catalogue alone. */
export function useEventTypes() {
  const { data, ...rest } = useCatalogue();
  return { ...rest, data: data?.data };
}
