/** What the server says while it happens (`GET /api/stream`): one connection for the whole page, resumed by the browser. */
import { useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { urlOf, type Page } from "./api.ts";
import { useMe } from "./session.ts";

export const LIVE_KINDS = ["delivery", "endpoint", "notice", "inbox", "job", "key"] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** The object that has changed, as the lists show it; nothing but its id when it is gone. */
export interface LiveMessage {
  readonly kind: LiveKind;
  readonly data: { readonly id: string } & Readonly<Record<string, unknown>>;
}

/** The noun that query keys of a kind begin with. */
const NOUNS: Readonly<Record<LiveKind, string>> = {
  delivery: "deliveries",
  endpoint: "webhooks",
  notice: "notices",
  inbox: "inboxes",
  job: "jobs",
  key: "keys",
};

const SAID_AFTER_MS = 5_000;
const POLL_MS = 10_000;
const RETRY_MS = 3_000;
/** So many changes at once are one reading of the lists. */
const GATHER_MS = 300;

type Listener = (message: LiveMessage) => void;

/** Of pages and frame alike: children listen before the frame has opened the connection. */
const listeners = new Set<Listener>();

let isConnected = true;
const watchers = new Set<() => void>();

function setConnected(next: boolean): void {
  if (next === isConnected) return;
  isConnected = next;
  for (const each of watchers) each();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** False once the connection has been away for five seconds; lists are then read every ten. */
export function useIsConnected(): boolean {
  return useSyncExternalStore(watch, () => isConnected);
}

/**
 * Keeps the connection open while the frame is shown. A row that changes is patched at once; what else may have changed
 * by it, as counts and new rows, is read again, at most three times a second.
 */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  const id = useMe().organization?.id;
  useEffect(() => {
    if (id === undefined) return;
    const nouns = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      for (const noun of nouns) void client.invalidateQueries({ queryKey: [noun] });
      nouns.clear();
    };
    const mark = (noun: string) => {
      nouns.add(noun);
      timer ??= setTimeout(refresh, GATHER_MS);
    };
    const markAll = () => Object.values(NOUNS).forEach(mark);
    const listener: Listener = ({ kind, data }) => {
      patchRows(client, NOUNS[kind], data);
      mark(NOUNS[kind]);
    };
    listeners.add(listener);
    const close = openStream(markAll);
    return () => {
      listeners.delete(listener);
      clearTimeout(timer);
      close();
    };
  }, [client, id]);
}

/** Each message of the given kinds, while the component is shown, for lists that show what comes before they read again. */
export function useLive(kinds: readonly LiveKind[], onMessage: Listener): void {
  const latest = useRef({ kinds, onMessage });
  useEffect(() => {
    latest.current = { kinds, onMessage };
  });
  useEffect(() => {
    const listener: Listener = (message) => {
      if (latest.current.kinds.includes(message.kind)) latest.current.onMessage(message);
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}

type Rows = InfiniteData<Page<LiveMessage["data"]>>;

/** Puts the new state of a row in the place of the old one, in every list that shows it. */
function patchRows(client: QueryClient, noun: string, data: LiveMessage["data"]): void {
  const isGone = Object.keys(data).length === 1;
  if (isGone) return;
  client.setQueriesData<Rows>({ queryKey: [noun, "list"] }, (list) => {
    const isShown = list?.pages.some((page) => page.data.some(({ id }) => id === data.id));
    if (!list || !isShown) return list;
    const pages = list.pages.map((page) => ({
      ...page,
      data: page.data.map((row) => (row.id === data.id ? { ...row, ...data } : row)),
    }));
    return { ...list, pages };
  });
}

/** Opens the connection; `onBehind`: messages may have been missed, so all that is shown must be read again. */
function openStream(onBehind: () => void): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    source = new EventSource(urlOf({ path: "/api/stream" }));
    source.addEventListener("open", () => {
      clearTimeout(silence);
      clearInterval(poll);
      silence = undefined;
      setConnected(true);
    });
    source.addEventListener("ready", ({ data }) => {
      // Not resumed: what happened in between was told to nobody.
      if (!isResumed(data)) onBehind();
    });
    source.addEventListener("behind", onBehind);
    for (const kind of LIVE_KINDS) {
      source.addEventListener(kind, ({ data }) => {
        const message = { kind, data: JSON.parse(data) };
        for (const each of listeners) each(message);
      });
    }
    source.addEventListener("error", () => {
      silence ??= setTimeout(away, SAID_AFTER_MS);
      // The browser tries again by itself, unless the server refused: then we ask again after a while.
      if (source?.readyState !== EventSource.CLOSED) return;
      source.close();
      retry = setTimeout(connect, RETRY_MS);
    });
  };
  const away = () => {
    setConnected(false);
    clearInterval(poll);
    poll = setInterval(onBehind, POLL_MS);
  };
  connect();
  return () => {
    source?.close();
    clearTimeout(retry);
    clearTimeout(silence);
    clearInterval(poll);
    setConnected(true);
  };
}

function isResumed(data: string): boolean {
  const said: unknown = JSON.parse(data);
  return typeof said === "object" && said !== null && "resumed" in said && said.resumed === true;
}
