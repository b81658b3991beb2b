import { readsAbsolute, sayAbsolute, sayRelative, useNow } from "./clock.ts";
import { words } from "./words.ts";

/** A moment: relative, or absolute for whoever chose that; both in the tooltip. */
export function Time({
  at,
  absolute,
}: {
  readonly at: string | null;
  readonly absolute?: boolean;
}) {
  const now = useNow();
  if (at === null) return <span className="text-muted">{words.never}</span>;
  const ms = Date.parse(at);
  const isAbsolute = absolute === true || readsAbsolute();
  return (
    <time dateTime={at} title={sayAbsolute(ms)} className="whitespace-nowrap tabular-nums">
      {isAbsolute ? at.replace("T", " ").slice(0, 19) : sayRelative(ms, now)}
    </time>
  );
}

/** A day, where its hour says nothing; the moment is in the tooltip. */
export function Day({ at }: { readonly at: string }) {
  return (
    <time
      dateTime={at}
      title={sayAbsolute(Date.parse(at))}
      className="whitespace-nowrap tabular-nums"
    >
      {at.slice(0, 10)}
    </time>
  );
}
