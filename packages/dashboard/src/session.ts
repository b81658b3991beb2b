/** Who has signed in, where they look, and what is open to them: `GET /api/me`, read once per page load and after changes. */
import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";
import type { Gate, Me } from "@posthorn/sdk";
import { lookAt, post, read } from "./api.ts";
import { openLive } from "./live-stream.ts";

export type { Gate, Me };
export type NoticeName = NonNullable<Gate["notice"]>;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal, client }) => {
    const me = await read<Me>("/api/me", undefined, signal);
    const id = me.organization?.id ?? null;
    const before = client.getQueryData<Me>(["me"]);
    // Another tab has switched: what is shown would be one organization's, and what is done the other's.
    if (before && id !== (before.organization?.id ?? null)) forgetThings(client);
    lookAt(id);
    if (id !== null) openLive(id);
    return me;
  },
  staleTime: 60_000,
});

/** Inside the frame, where the route has made sure that somebody has signed in. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("This page is shown only to somebody who has signed in.");
  return data;
}

const CLOSED: Gate = { allowed: false, notice: "staff", requiredPlan: null };

export function gateOf(me: Me, area: string): Gate {
  return me.gates[area] ?? CLOSED;
}

/** A word of the organization's profile, as its own documents spell it. */
export function useLabel(name: string, otherwise: string): string {
  return useMe().labels[name] ?? otherwise;
}

/** Forgets all that somebody has read who is signed out now, but not what the page for signing in is reading. */
export function forgetAll(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "sign-in" });
}

/** Looks at another organization; everything that was read about the old one is forgotten. */
export async function switchOrganization(client: QueryClient, organizationId: string): Promise<Me> {
  const me = await post<Me>("/api/me/organization", { organizationId });
  lookAt(organizationId);
  openLive(organizationId);
  forgetThings(client);
  client.setQueryData(meQuery.queryKey, me);
  return me;
}

function forgetThings(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
}
