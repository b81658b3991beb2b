/** Keys without a modifier: never while somebody types, never over a dialog, and off for whoever wants that (WCAG 2.1.4). */
import { useEffect, useRef } from "react";

const SETTING = "posthorn.single-keys";

export function areSingleKeysOn(): boolean {
  return localStorage.getItem(SETTING) !== "off";
}

export function setSingleKeys(isOn: boolean): void {
  localStorage.setItem(SETTING, isOn ? "on" : "off");
}

export type KeyMap = Readonly<Record<string, () => void>>;

const SEQUENCE_MS = 1_000;
/** Every sequence begins with it; any other key is itself, however soon it follows: j j j goes down three rows. */
const PREFIX = "g";

/** Go on while they are held. Any other key that is held too long would send the same thing again and again. */
const MOVES: ReadonlySet<string> = new Set(["j", "k", "[", "]"]);

/**
 * Key → what it does, while the component is shown; "g w" is a sequence. `isOfOverlay`: the component is a dialog, and
 * its keys work in it; those of the page under it do not, or `r` would send the row again that the cursor is on.
 */
export function useSingleKeys(map: KeyMap, isOfOverlay = false): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    let before = { key: "", at: 0 };
    const onKeyDown = (event: KeyboardEvent) => {
      if (isElsewhere(event, isOfOverlay)) return;
      const isSequel = before.key === PREFIX && event.timeStamp - before.at < SEQUENCE_MS;
      const sequence = isSequel ? `${before.key} ${event.key}` : event.key;
      before = { key: event.key, at: event.timeStamp };
      const act = latest.current[sequence] ?? (isSequel ? undefined : latest.current[event.key]);
      if (!act) return;
      event.preventDefault();
      if (!event.repeat || MOVES.has(event.key)) act();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [isOfOverlay]);
}

/** What Space presses by itself. */
const PRESSED_BY_SPACE = "a,button,input,summary,[role=tab],[role=img]";

function isElsewhere(event: KeyboardEvent, isOfOverlay: boolean): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (!areSingleKeysOn()) return true;
  const { target } = event;
  if (!(target instanceof Element)) return true;
  const isTyping = target.closest("input:not([type=checkbox]),textarea,select,[contenteditable]");
  const isOverlaid = document.querySelector("[role=dialog],[role=alertdialog],[role=menu]");
  if (isTyping !== null || (event.key === " " && target.closest(PRESSED_BY_SPACE))) return true;
  if (!isOfOverlay) return isOverlaid !== null;
  // A button that has become disabled gives the focus to nobody.
  return target !== document.body && !isOverlaid?.contains(target);
}
