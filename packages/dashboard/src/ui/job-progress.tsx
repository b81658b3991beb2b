import type { ReactNode } from "react";
import { StatusBadge } from "./status-badge.tsx";

/** Work that goes on by itself: how far it is, and what can be done about it. */
export function JobProgress(props: {
  readonly title: string;
  readonly status: string;
  /** Null where the whole is not known. */
  readonly total: number | null;
  readonly done: number;
  readonly failed?: number;
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const { total, done, failed = 0 } = props;
  const part = total === null || total === 0 ? 0 : Math.min(1, done / total);
  const counted =
    total === null
      ? done.toLocaleString()
      : `${done.toLocaleString()} of ${total.toLocaleString()}`;
  return (
    <div className="flex flex-col gap-2 border-y border-hairline py-3 text-table">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="font-medium">{props.title}</span>
        <StatusBadge status={props.status} />
        <span className="flex-1 text-secondary tabular-nums">
          {counted}
          {failed > 0 && <span className="text-bad">{` · ${failed.toLocaleString()} failed`}</span>}
          {props.facts}
        </span>
        {props.actions}
      </div>
      <progress
        aria-label={props.title}
        value={total === null ? undefined : part}
        max={1}
        className="h-1 w-full appearance-none overflow-hidden rounded-full bg-hairline [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hairline [&::-webkit-progress-value]:bg-accent"
      />
    </div>
  );
}
