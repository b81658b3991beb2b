/** What the operator calls the product, and who helps: read once per page load, also where nobody has signed in. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Branding } from "@posthorn/sdk";
import { read } from "./api.ts";

export type { Branding };

export const brandingQuery = queryOptions({
  queryKey: ["branding"],
  queryFn: ({ signal }) => read<Branding>("/api/branding", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

const UNBRANDED: Branding = {
  productName: null,
  supportContact: null,
  docsUrl: null,
  accentLight: null,
  accentDark: null,
  logoUrl: null,
};

/** Nothing is set until it is read, or when it cannot be: no page waits for it. */
export function useBranding(): Branding {
  return useQuery(brandingQuery).data ?? UNBRANDED;
}

/** "Webhooks · Acme Events": of the browser's tab. */
export function useTabTitle(title: string): string {
  const { productName } = useBranding();
  return productName === null ? title : `${title} · ${productName}`;
}
