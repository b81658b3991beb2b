/**
 * Where the focus goes when a dialog closes: back to where it was before anything floated over the page. A dialog that
 * took the place of another one, or was opened by a key alone, has no such place of its own, and would leave the focus
 * at the top of the document.
 */
const FLOATING = "[role=dialog],[role=alertdialog],[role=menu],[role=listbox]";

let last: HTMLElement | null = null;

document.addEventListener("focusin", ({ target }) => {
  if (target instanceof HTMLElement && !target.closest(FLOATING)) last = target;
});

/** What had the focus; if it is gone, the page's main part, where the first control gets it. */
export function returnFocus(): HTMLElement | null {
  return last?.isConnected ? last : document.getElementById("content");
}
