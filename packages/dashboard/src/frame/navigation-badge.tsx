import { useQuery } from "@tanstack/react-query";
import type { Webhook } from "@posthorn/sdk";
import { read, type Page } from "../api.ts";
import { gateOf, useMe } from "../session.ts";
import { StatusGlyph } from "../ui/icons.tsx";

const WEBHOOKS = "/settings/integrations/webhooks";
const MOST = 100;

/** How many endpoints are failing, beside Webhooks. */
export function NavigationBadge({ path }: { readonly path: string }) {
  const me = useMe();
  const isAsked = path === WEBHOOKS && me.organization !== null && gateOf(me, "webhooks").allowed;
  const { data } = useQuery({
    queryKey: ["webhooks", "failing"],
    queryFn: ({ signal }) =>
      read<Page<Webhook>>("/api/webhooks", { status: "failing", limit: MOST }, signal),
    enabled: isAsked,
    staleTime: 30_000,
  });
  const count = data?.data.length ?? 0;
  if (!isAsked || count === 0) return null;
  return (
    <span
      className="inline-flex items-center gap-1 text-label font-medium text-bad tabular-nums"
      title={`${count} failing`}
    >
      <StatusGlyph name="warning" />
      {count}
      <span className="sr-only"> failing</span>
    </span>
  );
}
