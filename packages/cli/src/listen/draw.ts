import { printable, type Color } from "../terminal.ts";
import { connectionText, isGood, resultText } from "./lines.ts";
import { selectedEntry, shownEntries, type Entry, type Screen } from "./screen-state.ts";

export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly isColored: boolean;
}

const CODES = { green: 32, red: 31, yellow: 33, gray: 90 } as const;
/** Head and foot of the screen. */
const HEAD_ROWS = 3;
const FOOT_ROWS = 2;
const KEYS = "↑↓ select · r retry · d request/response · o open · f filter · s save · q quit";

/** The screen as lines that fit into it; everything in them is text, whoever wrote it. */
export function drawScreen(screen: Screen, canvas: Canvas): string[] {
  const room = Math.max(1, canvas.rows - HEAD_ROWS - FOOT_ROWS);
  const selected = selectedEntry(screen);
  const details = screen.isDetailed && selected ? detailLines(selected) : [];
  const listRoom = details.length === 0 ? room : Math.max(3, Math.floor(room / 2));
  const list = visible(screen, listRoom).map((entry) => ({
    text: entryLine(entry, entry === selected),
    color: colorOf(entry),
  }));
  const below = details.slice(0, Math.max(0, room - list.length)).map((text) => ({ text }));
  const lines = [...headLines(screen), ...list, ...below, ...footLines(screen)];
  return lines.slice(0, canvas.rows).map((line) => paint(line, canvas));
}

interface Line {
  readonly text: string;
  readonly color?: Color | undefined;
}

function headLines({ as, trouble }: Screen): Line[] {
  if (!as) return [{ text: "Connecting …" }, { text: "" }, { text: "" }];
  return [
    { text: `${as.events.join(", ")} → ${as.target.href}   format ${as.wireFormat}` },
    { text: `${as.variable}=${as.secret}`, color: "gray" },
    trouble === undefined ? { text: "" } : { text: connectionText(trouble), color: "yellow" },
  ];
}

function footLines({ said, isFiltering, filter, heardCount, failedCount }: Screen): Line[] {
  const shown = filter === "" ? "" : ` · filter ${filter}`;
  return [
    { text: said === "" ? `${heardCount} events, ${failedCount} failed${shown}` : said },
    isFiltering
      ? { text: `filter by type: ${filter}▏ (Enter, Esc)` }
      : { text: KEYS, color: "gray" },
  ];
}

/** The part of the list around the selected event. */
function visible(screen: Screen, room: number): readonly Entry[] {
  const shown = shownEntries(screen);
  const selected = selectedEntry(screen);
  const end = selected ? Math.max(shown.indexOf(selected) + 1, Math.min(room, shown.length)) : room;
  return shown.slice(Math.max(0, end - room), end);
}

function entryLine({ at, heard, result, note }: Entry, isSelected: boolean): string {
  const answer = result ? `${resultText(result)}  ${result.durationMs} ms` : note || "…";
  const time = at.toTimeString().slice(0, 8);
  return `${isSelected ? "›" : " "} ${time}  ${answer.padEnd(16)}  ${heard.type}  ${heard.eventId}`;
}

function colorOf({ result }: Entry): Color | undefined {
  if (!result) return undefined;
  return isGood(result) ? "green" : "red";
}

function detailLines({ heard, result }: Entry): string[] {
  const request = heard.headers.map(([name, value]) => `  ${name}: ${value}`);
  const answer =
    result?.kind === "answered"
      ? [
          `Response ${result.status}`,
          ...result.headers.map(([name, value]) => `  ${name}: ${value}`),
          ...result.body.split("\n").map((line) => `  ${line}`),
        ]
      : [];
  return ["", "Request", ...request, `  ${heard.body.toString("utf8")}`, ...answer];
}

function paint({ text, color }: Line, { columns, isColored }: Canvas): string {
  const fitting = [...printable(text)].slice(0, columns).join("");
  return color && isColored ? `\u001b[${CODES[color]}m${fitting}\u001b[0m` : fitting;
}
