/** Filters, tabs and open drawers live in the URL, so that reload, Back and "send me the link" work. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type UrlState = Readonly<Record<string, string>>;

/** Plain `name=value` pairs: the router's own notation would quote what looks like a number. */
export function parseSearch(text: string): UrlState {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(state: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(state).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  const text = new URLSearchParams(entries).toString();
  return text === "" ? "" : `?${text}`;
}

/** The state in the URL, and a change of it; `undefined` and "" take a name out. Filters replace the history's entry. */
export function useUrlState(): [UrlState, (change: Record<string, string | undefined>) => void] {
  const state: UrlState = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (next: Record<string, string | undefined>) => {
      void navigate({
        to: ".",
        // Proof: `stringifySearch` takes any record, and leaves out what is undefined.
        search: ((old: UrlState) => ({ ...old, ...next })) as never,
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [state, change];
}

/** A comma-separated value of the URL as a list. */
export function listOf(value: string | undefined): readonly string[] {
  return value === undefined || value === "" ? [] : value.split(",");
}
