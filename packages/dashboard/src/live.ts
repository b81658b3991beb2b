/** What the server says while it happens (`GET /api/stream`), in the lists that are shown. */
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { isLongList, refreshTop, withChanges, type Pages } from "./list-top.ts";
import {
  closeLive,
  isLiveConnected,
  onBehind,
  onLive,
  openLive,
  watchLiveConnection,
  type LiveKind,
  type LiveListener,
  type LiveMessage,
} from "./live-stream.ts";
import { useMe } from "./session.ts";

/** The noun that query keys of a kind begin with. */
const NOUNS: Readonly<Record<LiveKind, string>> = {
  delivery: "deliveries",
  endpoint: "webhooks",
  notice: "notices",
  inbox: "inboxes",
  job: "jobs",
  key: "keys",
};

/** So many changes at once are one reading of the lists. */
const GATHER_MS = 300;

/** False once the connection has been away for five seconds; lists are then read every ten. */
export function useIsConnected(): boolean {
  return useSyncExternalStore(watchLiveConnection, isLiveConnected);
}

/**
 * Keeps the connection open while the frame is shown. At most three times a second rows that have changed are patched,
 * and what else may have changed by them, as counts and new rows, is read again: drawing a list with every message
 * would leave no time for whoever uses it.
 */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  const id = useMe().organization?.id;
  useEffect(() => {
    if (id === undefined) return;
    const nouns = new Map<string, Changed>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      for (const [noun, changed] of nouns) {
        patchRows(client, noun, changed);
        refreshAll(client, noun);
      }
      nouns.clear();
    };
    const mark = (noun: string) => {
      const changed = nouns.get(noun) ?? new Map();
      nouns.set(noun, changed);
      timer ??= setTimeout(refresh, GATHER_MS);
      return changed;
    };
    const markAll = () => Object.values(NOUNS).forEach((noun) => mark(noun));
    const ends = [
      onLive(({ kind, data }) => void mark(NOUNS[kind]).set(data.id, data)),
      onBehind(markAll),
    ];
    openLive(id);
    return () => {
      for (const end of ends) end();
      clearTimeout(timer);
      closeLive(id);
    };
  }, [client, id]);
}

/** Each message of the given kinds, while the component is shown, for lists that show what comes before they read again. */
export function useLive(kinds: readonly LiveKind[], onMessage: LiveListener): void {
  const latest = useRef({ kinds, onMessage });
  useEffect(() => {
    latest.current = { kinds, onMessage };
  });
  useEffect(
    () =>
      onLive((message) => {
        if (latest.current.kinds.includes(message.kind)) latest.current.onMessage(message);
      }),
    [],
  );
}

function refreshAll(client: QueryClient, noun: string): void {
  const queryKey = [noun];
  void client.invalidateQueries({ queryKey, predicate: (query) => !isLongList(query) });
  const long = client.getQueryCache().findAll({ queryKey, type: "active", predicate: isLongList });
  // What cannot be read now is read with the next change.
  for (const query of long) refreshTop(client, query).catch(() => undefined);
}

/** By id, the latest of each. */
type Changed = Map<string, LiveMessage["data"]>;

/** Puts the new states of rows in the place of the old ones, in every list that shows them, and takes out what is gone. */
function patchRows(client: QueryClient, noun: string, changed: Changed): void {
  client.setQueriesData<Pages>({ queryKey: [noun, "list"] }, (list) => {
    const isShown = list?.pages.some((page) => page.data.some(({ id }) => changed.has(id)));
    return list && isShown ? withChanges(list, changed) : list;
  });
}
