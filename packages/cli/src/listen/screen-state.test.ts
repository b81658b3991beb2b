import assert from "node:assert/strict";
import { test } from "node:test";
import { drawScreen } from "./draw.ts";
import type { Heard } from "./heard.ts";
import { afterKey, afterReport, newScreen, selectedEntry, type Screen } from "./screen-state.ts";

const CANVAS = { columns: 100, rows: 24, isColored: false };
const AT = new Date("2026-11-21T14:32:15Z");

function heard(name: string, type = "order.paid"): Heard {
  return {
    position: 1,
    eventId: `evt_${name}`,
    deliveryId: `dlv_${name}`,
    type,
    signedAtMs: 0,
    headers: [["X-Signature", "t=1,v1=abc"]],
    body: Buffer.from('{"id":1}'),
  };
}

function screenWith(...names: readonly string[]): Screen {
  return names.reduce(
    (screen, name) => afterReport(screen, { kind: "heard", heard: heard(name) }, AT),
    newScreen(),
  );
}

function press(screen: Screen, ...keys: readonly string[]): Screen {
  return keys.reduce((before, key) => afterKey(before, key).next, screen);
}

test("arrows choose an event; from the newest on, the choice follows what comes", () => {
  const screen = screenWith("a", "b", "c");
  assert.equal(selectedEntry(screen)?.heard.eventId, "evt_c");
  const up = press(screen, "\u001b[A", "\u001b[A", "\u001b[A");
  assert.equal(selectedEntry(up)?.heard.eventId, "evt_a");
  const kept = afterReport(up, { kind: "heard", heard: heard("d") }, AT);
  assert.equal(selectedEntry(kept)?.heard.eventId, "evt_a");
  const down = press(up, "\u001b[B", "\u001b[B");
  const followed = afterReport(down, { kind: "heard", heard: heard("d") }, AT);
  assert.equal(selectedEntry(followed)?.heard.eventId, "evt_d");
});

test("r, o and s act on the chosen event, q and Ctrl-C end it", () => {
  const screen = press(screenWith("a", "b"), "\u001b[A");
  for (const [key, name] of [
    ["r", "retry"],
    ["o", "open"],
    ["s", "save"],
    ["q", "quit"],
    ["\u0003", "quit"],
  ] as const) {
    const { act } = afterKey(screen, key);
    assert.equal(act?.name, name);
    assert.equal(act.entry?.heard.eventId, "evt_a");
  }
  assert.equal(afterKey(screen, "x").act, undefined);
});

test("f shows only the types that contain what is typed, until Esc", () => {
  const both = afterReport(
    screenWith("a"),
    { kind: "heard", heard: heard("b", "draw.completed") },
    AT,
  );
  const filtered = press(both, "f", "o", "r", "d", "\r");
  const lines = drawScreen(filtered, CANVAS).join("\n");
  assert.match(lines, /evt_a/);
  assert.doesNotMatch(lines, /evt_b/);
  const all = drawScreen(press(filtered, "f", "\u001b"), CANVAS).join("\n");
  assert.match(all, /evt_b/);
});

test("d shows the request and the answer, with controls of strangers taken out", () => {
  const body = "TypeError: \u001b]0;owned\u0007x";
  const result = { kind: "answered", status: 500, durationMs: 12, headers: [], body } as const;
  const answered = afterReport(
    screenWith("a"),
    { kind: "forwarded", heard: heard("a"), result },
    AT,
  );
  const lines = drawScreen(press(answered, "d"), CANVAS);
  const text = lines.join("\n");
  assert.match(text, /500 {2}12 ms/);
  assert.match(text, /X-Signature: t=1,v1=abc/);
  assert.match(text, /TypeError/);
  // oxlint-disable-next-line no-control-regex -- That is what must not be there.
  assert.doesNotMatch(text, /[\u0007\u001b]/);
  assert.ok(lines.length <= CANVAS.rows);
  assert.equal(answered.failedCount, 1);
});

test("no line is longer than the terminal, and no screen higher", () => {
  const names = Array.from({ length: 60 }, (_, index) => `${"n".repeat(120)}${index}`);
  const small = { columns: 40, rows: 10, isColored: false };
  const lines = drawScreen(screenWith(...names), small);
  assert.equal(lines.length, 10);
  assert.ok(lines.every((line) => line.length <= 40));
});
