/** What the operator's page of one organization asks of the API. */
import { useQuery } from "@tanstack/react-query";
import type { Limits, Operations, Organization, Resource } from "@posthorn/sdk";
import { call, patch, read } from "../../api.ts";

export type { Limits, Organization, Resource };
export type OrganizationChange = Operations["organizationsUpdate"]["body"];
export type Profile = Operations["profilesRead"]["answer"];

export function useOrganization(id: string) {
  return useQuery({
    queryKey: ["organizations", "one", id],
    queryFn: ({ signal }) => read<Organization>(`/api/organizations/${id}`, undefined, signal),
  });
}

export function useOrganizationLimits(id: string) {
  return useQuery({
    queryKey: ["organizations", "limits", id],
    queryFn: ({ signal }) => read<Limits>(`/api/organizations/${id}/limits`, undefined, signal),
  });
}

export function useOrganizationResources(id: string) {
  return useQuery({
    queryKey: ["organizations", "resources", id],
    queryFn: async ({ signal }) => {
      const path = `/api/organizations/${id}/resources`;
      return (await read<{ data: readonly Resource[] }>(path, undefined, signal)).data;
    },
  });
}

/** A whole profile; its id may have a slash. */
export function useProfile(id: string | undefined) {
  return useQuery({
    queryKey: ["profiles", "one", id],
    queryFn: ({ signal }) =>
      read<Profile>(`/api/profiles/${encodeURIComponent(id ?? "")}`, undefined, signal),
    enabled: id !== undefined,
    staleTime: 300_000,
  });
}

export type ProfileFindings = Operations["profilesLint"]["answer"];

/** What is wrong with a profile: asked when somebody wants to know, because every schema is compiled for it. */
export function useProfileLint(id: string, isWanted: boolean) {
  return useQuery({
    queryKey: ["profiles", "lint", id],
    queryFn: ({ signal }) =>
      read<ProfileFindings>(`/api/profiles/${encodeURIComponent(id)}/lint`, undefined, signal),
    enabled: isWanted,
    gcTime: 0,
  });
}

export function changeOrganization(asked: {
  readonly id: string;
  readonly version: number;
  readonly change: OrganizationChange;
}): Promise<Organization> {
  return patch<Organization>(`/api/organizations/${asked.id}`, asked.change, asked.version);
}

export function putResources(asked: {
  readonly id: string;
  readonly resources: readonly Resource[];
}): Promise<unknown> {
  const { id, resources } = asked;
  return call({ method: "PUT", path: `/api/organizations/${id}/resources`, body: { resources } });
}
