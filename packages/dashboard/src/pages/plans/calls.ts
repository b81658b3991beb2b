/** What the operator's page of plans asks of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Plans, PlansPreview } from "@posthorn/sdk";
import { call, post, read } from "../../api.ts";

export type { Plans, PlansPreview };
export type Rules = Plans["inForce"];
export type Gate = Rules["gates"][string];

/** Its id may have a slash. */
const named = (profile: string) => encodeURIComponent(profile);

export function usePlans(profile: string | undefined) {
  return useQuery({
    queryKey: ["plans", profile],
    queryFn: ({ signal }) =>
      read<Plans>(`/api/profiles/${named(profile ?? "")}/plans`, undefined, signal),
    enabled: profile !== undefined,
  });
}

export interface Who {
  readonly role: string;
  readonly membership: string | null;
  readonly plan: string | null;
}

export function usePlansPreview(profile: string, asked: Who & { readonly rules: Rules }) {
  return useQuery({
    queryKey: ["plans", "preview", profile, asked],
    queryFn: () => post<PlansPreview>(`/api/profiles/${named(profile)}/plans/preview`, asked),
    placeholderData: (before) => before,
    gcTime: 0,
    retry: false,
  });
}

/** A change of plans: whoever shows a profile shows it when it is done. */
export function usePlansChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(
        ["plans", "profiles", "me"].map((noun) => client.invalidateQueries({ queryKey: [noun] })),
      ),
  });
}

interface Asked {
  readonly profile: string;
  /** Of the draft as it was read; 0 for none. */
  readonly version: number;
}

export function saveDraft({ profile, version, rules }: Asked & { readonly rules: Rules }) {
  return call<Plans>({
    method: "PUT",
    path: `/api/profiles/${named(profile)}/plans/draft`,
    body: rules,
    ifMatch: version,
  });
}

export function discardDraft({ profile, version }: Asked) {
  return call<void>({
    method: "DELETE",
    path: `/api/profiles/${named(profile)}/plans/draft`,
    ifMatch: version,
  });
}

export function publishDraft({ profile, version }: Asked) {
  return call<Plans>({
    method: "POST",
    path: `/api/profiles/${named(profile)}/plans/publish`,
    body: {},
    ifMatch: version,
  });
}

/** `version` of the history; 0 for the profile's own. */
export function revertPlans({ profile, version }: Asked) {
  return post<Plans>(`/api/profiles/${named(profile)}/plans/revert`, { version });
}
