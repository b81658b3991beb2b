import type { Heard } from "./heard.ts";
import { isGood, missedText, unreachableText } from "./lines.ts";
import type { Answered, Report } from "./listening.ts";
import type { ListeningAs } from "./watcher.ts";

/** An event on the screen, with its latest answer. */
export interface Entry {
  readonly at: Date;
  readonly heard: Heard;
  readonly result: Answered | undefined;
  readonly note: string;
}

export interface Screen {
  readonly as: ListeningAs | undefined;
  /** The newest last. */
  readonly entries: readonly Entry[];
  /** Of the selected event; undefined: the newest, whichever that is. */
  readonly selectedId: string | undefined;
  readonly isDetailed: boolean;
  /** Part of a type; only these are shown. */
  readonly filter: string;
  /** The filter is being typed. */
  readonly isFiltering: boolean;
  readonly trouble: string | undefined;
  readonly said: string;
  readonly heardCount: number;
  readonly failedCount: number;
}

/** Older ones leave the screen; the dashboard has them all. */
const ENTRIES_MAX = 500;

export function newScreen(): Screen {
  return {
    as: undefined,
    entries: [],
    selectedId: undefined,
    isDetailed: false,
    filter: "",
    isFiltering: false,
    trouble: undefined,
    said: "",
    heardCount: 0,
    failedCount: 0,
  };
}

export function shownEntries({ entries, filter }: Screen): readonly Entry[] {
  return filter === "" ? entries : entries.filter(({ heard }) => heard.type.includes(filter));
}

export function selectedEntry(screen: Screen): Entry | undefined {
  const shown = shownEntries(screen);
  return shown.find(({ heard }) => heard.eventId === screen.selectedId) ?? shown.at(-1);
}

export function afterReport(screen: Screen, report: Report, at: Date): Screen {
  switch (report.kind) {
    case "heard": {
      const { heard } = report;
      const entry = { at, heard, result: undefined, note: "" };
      const entries = [...screen.entries, entry].slice(-ENTRIES_MAX);
      return { ...screen, entries, heardCount: screen.heardCount + 1 };
    }
    case "forwarded": {
      const { result } = report;
      const failedCount = screen.failedCount + (isGood(result) ? 0 : 1);
      return { ...changed(screen, report.heard, { result }), failedCount, said: "" };
    }
    case "gone":
      return changed(screen, report.heard, { note: "its payload was removed" });
    case "unreachable":
      return { ...screen, said: unreachableText(report) };
    case "missed":
      return { ...screen, said: missedText(report.count) };
  }
}

function changed(screen: Screen, { eventId }: Heard, change: Partial<Entry>): Screen {
  const entries = screen.entries.map((entry) =>
    entry.heard.eventId === eventId ? { ...entry, ...change } : entry,
  );
  return { ...screen, entries };
}

export type Act = "retry" | "open" | "save" | "quit";

export interface AfterKey {
  readonly next: Screen;
  readonly act?: { readonly name: Act; readonly entry: Entry | undefined };
}

const UP = "\u001b[A";
const DOWN = "\u001b[B";
const ACTS: Readonly<Record<string, Act>> = {
  r: "retry",
  o: "open",
  s: "save",
  q: "quit",
  "\u0003": "quit",
};

/** What a key does to the screen, and what it asks for. */
export function afterKey(screen: Screen, key: string): AfterKey {
  if (screen.isFiltering && key !== "\u0003") return { next: afterFilterKey(screen, key) };
  if (key === UP || key === DOWN) return { next: moved(screen, key === UP ? -1 : 1) };
  if (key === "d") return { next: { ...screen, isDetailed: !screen.isDetailed } };
  if (key === "f") return { next: { ...screen, isFiltering: true, filter: "" } };
  const name = Object.hasOwn(ACTS, key) ? ACTS[key] : undefined;
  if (!name) return { next: screen };
  return { next: { ...screen, said: "" }, act: { name, entry: selectedEntry(screen) } };
}

function afterFilterKey(screen: Screen, key: string): Screen {
  if (key === "\r" || key === "\n") return { ...screen, isFiltering: false };
  if (key === "\u001b") return { ...screen, isFiltering: false, filter: "" };
  if (key === "\u007f" || key === "\b") return { ...screen, filter: screen.filter.slice(0, -1) };
  return /^[\w.*-]$/.test(key) ? { ...screen, filter: screen.filter + key } : screen;
}

/** From the newest on, it follows what comes: no event is selected then. */
function moved(screen: Screen, step: number): Screen {
  const shown = shownEntries(screen);
  const entry = selectedEntry(screen);
  const index = entry ? shown.indexOf(entry) : -1;
  const next = shown[Math.max(0, index + step)];
  const isNewest = next === undefined || next === shown.at(-1);
  return { ...screen, selectedId: isNewest ? undefined : next.heard.eventId };
}
