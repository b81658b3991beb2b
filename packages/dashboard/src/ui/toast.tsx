import { X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Button, IconButton } from "./button.tsx";
import { Icon } from "./icons.tsx";
import { words } from "./words.ts";

/** What went well. Errors are no toasts: they stay at the field or dialog that caused them. */
export interface Toast {
  readonly text: string;
  readonly undo?: () => void;
}

type Shown = Toast & { readonly id: number };

const SHOWN_MS = 6_000;
let shown: readonly Shown[] = [];
let count = 0;
const listeners = new Set<() => void>();

export function toast(message: Toast): void {
  count += 1;
  set([...shown.slice(-2), { ...message, id: count }]);
}

/** Why something was refused that has no dialog and no field of its own, as an entry of a menu has none. */
export function toastRefusal(error: Error): void {
  toast({ text: error.message });
}

function set(next: readonly Shown[]): void {
  shown = next;
  for (const each of listeners) each();
}

function dismiss(id: number): void {
  set(shown.filter((each) => each.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Once per page, in the frame. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  const [isHeld, setHeld] = useState(false);
  return (
    <section
      aria-label={words.notifications}
      aria-live="polite"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="fixed bottom-4 right-4 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2"
    >
      {toasts.map((each) => (
        <ToastCard key={each.id} toast={each} isHeld={isHeld} />
      ))}
    </section>
  );
}

function ToastCard({ toast: { id, text, undo }, isHeld }: { toast: Shown; isHeld: boolean }) {
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, isHeld]);
  return (
    <div className="flex items-center gap-2 rounded-dialog border border-hairline bg-surface py-1.5 pl-3 pr-1.5 text-table shadow-float">
      <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">{text}</p>
      {undo && (
        <Button
          look="quiet"
          onClick={() => {
            dismiss(id);
            undo();
          }}
        >
          {words.undo}
        </Button>
      )}
      <IconButton label={words.dismiss} onClick={() => dismiss(id)}>
        <Icon of={X} />
      </IconButton>
    </div>
  );
}
