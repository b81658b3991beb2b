/** What the operator's catalogue asks of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type {
  Catalogue,
  CatalogueCoverage,
  CatalogueImport,
  EventTypeSubscribers,
  Operations,
} from "@posthorn/sdk";
import { call, NO_ORGANIZATION, post, read, remove } from "../../api.ts";

export type { Catalogue, CatalogueCoverage, CatalogueImport };
export type CatalogueType = Catalogue["data"][number];
export type TypeFields = Operations["eventTypesUpdate"]["body"];
export type NewType = Operations["eventTypesCreate"]["body"];

export function useOperatorsCatalogue(profile: string | undefined) {
  return useQuery({
    queryKey: ["catalogue", "types", profile],
    queryFn: ({ signal }) => read<Catalogue>("/api/catalogue", { profile }, signal),
    enabled: profile !== undefined,
  });
}

export function useCoverage(profile: string) {
  return useQuery({
    queryKey: ["catalogue", "coverage", profile],
    queryFn: ({ signal }) =>
      read<CatalogueCoverage>("/api/catalogue/coverage", { profile }, signal),
  });
}

/** What an import of a document would do; null: there is none to ask about. */
export function useImportPreview(profile: string, document: object | string | null) {
  return useQuery({
    queryKey: ["catalogue", "preview", profile, document],
    queryFn: () => importTypes({ profile, document: document ?? {}, isPreview: true }),
    enabled: document !== null,
    placeholderData: (before) => before,
    gcTime: 0,
    retry: false,
  });
}

/** A change of the catalogue: the operator's page and the reader's show it when it is done. */
export function useCatalogueChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(
        ["catalogue", "event-types", "profiles"].map((noun) =>
          client.invalidateQueries({ queryKey: [noun] }),
        ),
      ),
  });
}

/** Whom it concerns when a type is deprecated. */
export function useSubscribers(profile: string, type: string) {
  return useQuery({
    queryKey: ["catalogue", "subscribers", profile, type],
    queryFn: ({ signal }) =>
      read<EventTypeSubscribers>(
        `/api/event-types/${type}/subscribers`,
        { ...NO_ORGANIZATION, profile },
        signal,
      ),
  });
}

export function createType(type: NewType): Promise<CatalogueType> {
  return post<CatalogueType>("/api/event-types", type, NO_ORGANIZATION);
}

export function updateType(asked: {
  readonly profile: string;
  readonly type: string;
  readonly change: TypeFields;
  readonly version: number;
}): Promise<CatalogueType> {
  const { profile, type, change, version } = asked;
  return call<CatalogueType>({
    method: "PATCH",
    path: `/api/event-types/${type}`,
    query: NO_ORGANIZATION,
    body: { ...change, profile },
    ifMatch: version,
  });
}

export function resetType(asked: { readonly profile: string; readonly type: string }) {
  const query = { ...NO_ORGANIZATION, profile: asked.profile };
  return remove(`/api/event-types/${asked.type}`, query);
}

export function importTypes(asked: {
  readonly profile: string;
  readonly document: object | string;
  readonly isPreview: boolean;
}): Promise<CatalogueImport> {
  return post<CatalogueImport>("/api/catalogue/import", asked);
}
