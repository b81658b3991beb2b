/** The connection that the server tells changes over: one for the whole page, resumed by the browser. */
import { holdReads, urlOf } from "./api.ts";
import { HOLD_MS } from "./live-hold.ts";

export const LIVE_KINDS = ["delivery", "endpoint", "notice", "inbox", "job", "key"] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** The object that has changed, as the lists show it; nothing but its id when it is gone. */
export interface LiveMessage {
  readonly kind: LiveKind;
  readonly data: { readonly id: string } & Readonly<Record<string, unknown>>;
}

export type LiveListener = (message: LiveMessage) => void;

const SAID_AFTER_MS = 5_000;
const POLL_MS = 10_000;
const RETRY_MS = 3_000;

let open: { readonly organizationId: string; close(): void } | undefined;
let isConnected = true;

const [listeners, behind, watchers] = [
  new Set<LiveListener>(),
  new Set<() => void>(),
  new Set<() => void>(),
];

/**
 * Opens the connection as soon as it is known whose things are looked at. Until it is there the page's first reads wait
 * a moment: what is read afterwards misses nothing, and what was read before would have to be read a second time.
 */
export function openLive(organizationId: string): void {
  if (open?.organizationId === organizationId) return;
  open?.close();
  open = { organizationId, close: connectAgainAndAgain() };
}

/** Nothing where another organization's is open by now. */
export function closeLive(organizationId: string): void {
  if (open?.organizationId !== organizationId) return;
  open.close();
  open = undefined;
}

/** Each message, until the answer is called. */
export function onLive(listener: LiveListener): () => void {
  return join(listeners, listener);
}

/** Called when messages may have been missed, so that all that is shown must be read again. */
export function onBehind(listener: () => void): () => void {
  return join(behind, listener);
}

export function isLiveConnected(): boolean {
  return isConnected;
}

export function watchLiveConnection(watcher: () => void): () => void {
  return join(watchers, watcher);
}

function join<Member>(members: Set<Member>, member: Member): () => void {
  members.add(member);
  return () => void members.delete(member);
}

function setConnected(next: boolean): void {
  if (next === isConnected) return;
  isConnected = next;
  for (const each of watchers) each();
}

function tellBehind(): void {
  for (const each of behind) each();
}

function connectAgainAndAgain(): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const release = holdReads(HOLD_MS);

  const connect = () => {
    source = new EventSource(urlOf({ path: "/api/stream" }));
    source.addEventListener("open", () => {
      clearTimeout(silence);
      clearInterval(poll);
      silence = undefined;
      setConnected(true);
    });
    source.addEventListener("ready", ({ data }) => {
      const hadBegun = !release();
      // Not resumed: what happened in between was told to nobody.
      if (hadBegun && !isResumed(data)) tellBehind();
    });
    source.addEventListener("behind", tellBehind);
    for (const kind of LIVE_KINDS) {
      source.addEventListener(kind, ({ data }) => {
        const message = { kind, data: JSON.parse(data) };
        for (const each of listeners) each(message);
      });
    }
    source.addEventListener("error", () => {
      release();
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
    poll = setInterval(tellBehind, POLL_MS);
  };
  connect();
  return () => {
    release();
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
