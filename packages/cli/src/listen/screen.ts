import type { Input, Io, Output } from "../io.ts";
import { drawScreen } from "./draw.ts";
import { afterKey, afterReport, newScreen, type Screen } from "./screen-state.ts";
import type { Controls, Watcher } from "./watcher.ts";

const ESC = "\u001b";
/** The other buffer of the terminal, so that what stood there comes back. */
const ENTER = `${ESC}[?1049h${ESC}[?25l`;
const LEAVE = `${ESC}[?25h${ESC}[?1049l`;
const HOME = `${ESC}[H`;
const CLEAR_LINE = `${ESC}[K`;
const CLEAR_BELOW = `${ESC}[J`;
/** Under load the screen shows the latest, not every state. */
const DRAW_EVERY_MS = 50;
const COLUMNS = 80;
const ROWS = 24;

/** The whole terminal: a list of events with their answers, keys to act on them. */
export function watchOnScreen(
  { io, isColored }: { readonly io: Io; readonly isColored: boolean },
  controls: Controls,
): Watcher {
  const { stdout } = io;
  let screen = newScreen();
  let timer: NodeJS.Timeout | undefined;
  const colors = isColored && !io.env["NO_COLOR"];

  function draw(): void {
    timer = undefined;
    const size = { columns: stdout.columns ?? COLUMNS, rows: stdout.rows ?? ROWS };
    const lines = drawScreen(screen, { ...size, isColored: colors });
    stdout.write(HOME + lines.map((line) => line + CLEAR_LINE).join("\r\n") + CLEAR_BELOW);
  }

  function show(next: Screen): void {
    screen = next;
    timer ??= setTimeout(draw, DRAW_EVERY_MS);
  }

  const release = readKeys(io.stdin, (key) => {
    const { next, act } = afterKey(screen, key);
    const said = act ? perform(controls, act) : undefined;
    show(said === undefined ? next : { ...next, said });
  });
  stdout.write(ENTER);
  return {
    ready: (as) => show({ ...screen, as }),
    report: (report) => show(afterReport(screen, report, new Date())),
    connection: (trouble) => show({ ...screen, trouble }),
    close() {
      clearTimeout(timer);
      release();
      stdout.write(LEAVE);
      leaveSummary(stdout, screen);
    },
  };
}

function perform(
  controls: Controls,
  { name, entry }: NonNullable<ReturnType<typeof afterKey>["act"]>,
): string | undefined {
  if (name === "quit") controls.quit();
  if (!entry) return undefined;
  if (name === "retry") controls.retry(entry.heard);
  if (name === "open") controls.open(entry.heard);
  return name === "save" ? controls.save(entry.heard) : undefined;
}

/** Keys as they are pressed. Answers what gives the input back. */
function readKeys(stdin: Input | undefined, onKey: (key: string) => void): () => void {
  if (!stdin) return () => {};
  const onData = (chunk: Buffer | string) => {
    // An arrow is three bytes; pasted text comes as one chunk.
    const [first = "", ...arrows] = chunk.toString().split(`${ESC}[`);
    const keys = [first, ...arrows.flatMap((rest) => [`${ESC}[${rest[0] ?? ""}`, rest.slice(1)])];
    for (const key of keys.flatMap((text) => (text.startsWith(ESC) ? [text] : [...text])))
      onKey(key);
  };
  stdin.setRawMode?.(true);
  stdin.on("data", onData);
  stdin.resume();
  return () => {
    stdin.off("data", onData);
    stdin.setRawMode?.(false);
    stdin.pause();
  };
}

function leaveSummary(stdout: Output, { heardCount, failedCount }: Screen): void {
  stdout.write(`${heardCount} events, ${failedCount} failed.\n`);
}
