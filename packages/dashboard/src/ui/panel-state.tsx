import type { ReactNode } from "react";
import { ApiError } from "../api.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { words } from "./words.ts";

/** A list or page without anything to show: one sentence, and what to do about it. */
export function EmptyState(props: {
  readonly title: string;
  readonly text?: ReactNode;
  readonly actions?: ReactNode;
  /** The same in code: a `CodeBlock` with curl, SDK and command line. */
  readonly code?: ReactNode;
}) {
  return (
    <div
      data-state="empty"
      className="mx-auto flex max-w-xl flex-col items-center gap-3 px-4 py-14 text-center"
    >
      <p className="text-body font-medium">{props.title}</p>
      {props.text && <p className="text-table text-secondary">{props.text}</p>}
      {props.actions && (
        <div className="flex flex-wrap justify-center gap-2 pt-1">{props.actions}</div>
      )}
      {props.code && <div className="w-full pt-4 text-left">{props.code}</div>}
    </div>
  );
}

/** What a failed request says: what happened, the request id for whoever helps, and another try. */
export function ErrorState(props: {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** When the data that is still shown was read. */
  readonly updatedAt?: number;
}) {
  const { error } = props;
  const problem = error instanceof ApiError ? error : null;
  const text = problem?.code === "network" ? words.offline : (problem?.detail ?? String(error));
  return (
    <div
      role="alert"
      data-state="error"
      className="my-3 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-control border border-bad bg-bad-tint px-3 py-2 text-table"
    >
      <div className="min-w-0 flex-1">
        <p className="font-medium text-bad">{problem?.message ?? text}</p>
        {problem && text !== problem.message && <p className="text-text">{text}</p>}
        {problem?.requestId && (
          <p className="flex items-center gap-1 text-label text-secondary">
            {words.requestId} <code className="break-all">{problem.requestId}</code>
            <CopyButton text={problem.requestId} name={words.requestId.toLowerCase()} />
          </p>
        )}
        {props.updatedAt !== undefined && props.updatedAt > 0 && (
          <p className="text-label text-secondary">
            {words.lastUpdated(new Date(props.updatedAt).toLocaleTimeString())}
          </p>
        )}
      </div>
      {props.onRetry && <Button onClick={props.onRetry}>{words.tryAgain}</Button>}
    </div>
  );
}
