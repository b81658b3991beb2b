/** Time in a browser: one ticker for all relative times, and how they are said. */
import { useState, useSyncExternalStore } from "react";
import { words } from "./words.ts";

const MINUTE_MS = 60_000;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["minute", MINUTE_MS],
  ["hour", 3_600_000],
  ["day", 86_400_000],
  ["month", 30 * 86_400_000],
  ["year", 365 * 86_400_000],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** So far the ticker may be behind when something new is shown: what was made meanwhile is not in the future. */
const BEHIND_MS_MAX = 5_000;

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (Date.now() - now > BEHIND_MS_MAX) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, MINUTE_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since the epoch, once a minute anew. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** When this choice was made: a span that ended anew each minute would throw away what has been loaded of it. */
export function useTimeOf(choice: string | undefined): number {
  const now = useNow();
  const [made, setMade] = useState({ choice, at: now });
  if (made.choice === choice) return made.at;
  setMade({ choice, at: now });
  return now;
}

/** "4 min ago", "in 24 min", "just now". */
export function sayRelative(atMs: number, nowMs: number): string {
  const distance = atMs - nowMs;
  if (Math.abs(distance) < MINUTE_MS)
    return distance > BEHIND_MS_MAX ? "in under a min" : words.justNow;
  const step = STEPS.findLast(([, ms]) => Math.abs(distance) >= ms);
  if (!step) return words.justNow;
  const [unit, ms] = step;
  return relative.format(Math.trunc(distance / ms), unit).replace(/\.(?= |$)/g, "");
}

/** Local and UTC, for tooltips. */
export function sayAbsolute(atMs: number): string {
  const utc = new Date(atMs).toISOString().replace("T", " ").slice(0, 19);
  return `${local.format(atMs)} · ${utc} UTC`;
}

const SETTING = "posthorn.times";

/** Whether this person reads absolute times. */
export function readsAbsolute(): boolean {
  return localStorage.getItem(SETTING) === "absolute";
}

export function setAbsolute(isAbsolute: boolean): void {
  localStorage.setItem(SETTING, isAbsolute ? "absolute" : "relative");
  for (const each of listeners) each();
}

/** "83 ms", "1.2 s", "3 min". */
export function sayDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${short(ms / 1_000)} s`;
  if (ms < MINUTE_MS) return `${Math.round(ms / 1_000)} s`;
  if (ms < 60 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${short(ms / 3_600_000)} h`;
  const hours = Math.round(ms / 3_600_000);
  const rest = hours % 24;
  return `${Math.floor(hours / 24)} d${rest === 0 ? "" : ` ${rest} h`}`;
}

const DAY_MS = 24 * 60 * MINUTE_MS;

/** One decimal, where it says something. */
function short(count: number): string {
  return count.toFixed(1).replace(/\.0$/, "");
}
