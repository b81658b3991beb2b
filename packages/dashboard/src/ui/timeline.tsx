import type { ReactNode } from "react";
import { StatusGlyph, type GlyphName } from "./icons.tsx";

export interface Moment {
  readonly id: string;
  readonly glyph: GlyphName;
  readonly verdict: "ok" | "warn" | "bad" | "info" | "muted";
  readonly title: ReactNode;
  /** On the right: times and how it came to be. */
  readonly facts: ReactNode;
}

const COLOURS = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  muted: "text-muted",
};

/** What happened, in order; one of them can be selected and drives what stands beside it. */
export function Timeline(props: {
  readonly label: string;
  readonly moments: readonly Moment[];
  readonly selected?: string | undefined;
  readonly onSelect?: (id: string) => void;
}) {
  const { onSelect } = props;
  return (
    <ol aria-label={props.label} className="flex flex-col text-table">
      {props.moments.map((moment) => {
        const isSelected = moment.id === props.selected;
        const row = (
          <>
            <span className={COLOURS[moment.verdict]}>
              <StatusGlyph name={moment.glyph} />
            </span>
            <span className="min-w-0 flex-1 truncate text-left">{moment.title}</span>
            <span className="shrink-0 text-muted tabular-nums">{moment.facts}</span>
          </>
        );
        const className = `flex min-h-11 w-full items-center gap-3 rounded-control px-2 desk:min-h-8 ${isSelected ? "bg-sunken" : ""}`;
        return (
          <li key={moment.id}>
            {onSelect ? (
              <button
                type="button"
                aria-pressed={isSelected}
                onClick={() => onSelect(moment.id)}
                className={`${className} hover:bg-sunken`}
              >
                {row}
              </button>
            ) : (
              <div className={className}>{row}</div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
