/** The catalogue of the organization. */
import { useQuery } from "@tanstack/react-query";
import type { EventType } from "@posthorn/sdk";
import { read } from "../../api.ts";

export type { EventType };

interface Catalogue {
  readonly data: readonly EventType[];
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
