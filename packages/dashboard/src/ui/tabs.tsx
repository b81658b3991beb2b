import { useId, type KeyboardEvent, type ReactNode } from "react";

export interface Tab {
  readonly value: string;
  readonly title: string;
}

/**
 * Views of one thing, one at a time; the chosen one is the caller's state, so that it can be in the URL. One stop for
 * Tab; arrows, Home and End move the focus, Enter and Space choose: a view may be slow to read.
 */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Of the chosen tab. */
  readonly children: ReactNode;
}) {
  const { tabs, value, onChange } = props;
  const id = useId();
  return (
    <div>
      <div
        role="tablist"
        aria-label={props.label}
        onKeyDown={moveFocus}
        className="flex gap-5 overflow-x-auto border-b border-hairline"
      >
        {tabs.map((tab) => {
          const isChosen = tab.value === value;
          return (
            <button
              key={tab.value}
              type="button"
              role="tab"
              id={`${id}-${tab.value}`}
              aria-selected={isChosen}
              aria-controls={isChosen ? `${id}-panel` : undefined}
              tabIndex={isChosen ? 0 : -1}
              onClick={() => onChange(tab.value)}
              className="-mb-px min-h-9 whitespace-nowrap border-b-2 border-transparent text-table font-medium text-secondary hover:text-text aria-selected:border-accent aria-selected:text-text max-desk:min-h-11"
            >
              {tab.title}
            </button>
          );
        })}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${value}`}
        tabIndex={-1}
        className="outline-none"
      >
        {props.children}
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
  const at = all.findIndex((each) => each === document.activeElement);
  all[step(Math.max(0, at), all.length)]?.focus();
}
