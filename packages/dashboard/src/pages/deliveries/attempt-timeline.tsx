import { sayDuration, sayRelative, useNow } from "../../ui/clock.ts";
import { StatusGlyph, type GlyphName } from "../../ui/icons.tsx";
import { Time } from "../../ui/time.tsx";
import type { Attempt, Delivery } from "./calls.ts";
import { strings } from "./strings.ts";

interface TimelineProps {
  readonly delivery: Delivery;
  readonly acceptedAt: string | undefined;
  readonly attempts: readonly Attempt[];
  readonly selected: Attempt | undefined;
  readonly onSelect: (id: string) => void;
}

/** From the event to the last attempt; the selected one drives the panels beside it. */
export function AttemptTimeline(props: TimelineProps) {
  const { delivery, attempts, selected, acceptedAt } = props;
  const now = useNow();
  const { nextAttemptAt } = delivery;
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline" className="pb-2 text-body font-semibold">
        {strings.timeline}
      </h2>
      <ol className="relative text-table before:absolute before:bottom-4 before:left-[14px] before:top-4 before:w-px before:bg-hairline">
        {acceptedAt !== undefined && (
          <li className="flex min-h-9 items-center gap-3 px-2">
            <Glyph name="dot" colour="text-muted" />
            <span className="flex-1">{strings.accepted}</span>
            <Clock at={acceptedAt} />
          </li>
        )}
        {attempts.map((attempt, index) => (
          <AttemptItem
            key={attempt.id}
            attempt={attempt}
            before={attempts[index - 1]}
            isSelected={attempt.id === selected?.id}
            onSelect={() => props.onSelect(attempt.id)}
          />
        ))}
        {nextAttemptAt !== null && (
          <li className="flex min-h-9 items-center gap-3 px-2 text-secondary">
            <Glyph name="ring" colour="text-info" />
            {strings.waiting(sayRelative(Date.parse(nextAttemptAt), now))}
          </li>
        )}
      </ol>
    </section>
  );
}

function AttemptItem(props: {
  readonly attempt: Attempt;
  readonly before: Attempt | undefined;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}) {
  const { attempt, before, isSelected } = props;
  const { number, responseStatus, outcome, durationMs, trigger, startedAt } = attempt;
  const isGood = outcome === "delivered";
  return (
    <li>
      <button
        type="button"
        aria-current={isSelected}
        onClick={props.onSelect}
        className="flex min-h-9 w-full items-center gap-3 rounded-control px-2 text-left hover:bg-sunken aria-[current=true]:bg-sunken"
      >
        <Glyph name={isGood ? "check" : "cross"} colour={isGood ? "text-ok" : "text-bad"} />
        <span className="min-w-0 flex-1">
          <span className="tabular-nums">
            {number} ·{" "}
            <strong className="font-medium">
              {responseStatus ?? outcome.replaceAll("_", " ")}
            </strong>
            {durationMs !== null && (
              <span className="text-secondary"> · {sayDuration(durationMs)}</span>
            )}
          </span>
          <span className="block text-label text-muted">
            {before && trigger === "schedule"
              ? `+${sayDuration(Date.parse(startedAt) - Date.parse(before.startedAt))}`
              : strings.triggers[trigger]}
          </span>
        </span>
        <Clock at={startedAt} />
      </button>
    </li>
  );
}

/** On the page's ground, so that the line behind it is interrupted. */
function Glyph({ name, colour }: { readonly name: GlyphName; readonly colour: string }) {
  return (
    <span className={`relative z-[1] rounded-full bg-page ${colour}`}>
      <StatusGlyph name={name} />
    </span>
  );
}

function Clock({ at }: { readonly at: string }) {
  const text = new Date(at).toLocaleTimeString(undefined, { hour12: false });
  return (
    <span className="text-label text-secondary" title={at}>
      <time dateTime={at} className="tabular-nums">
        {text}
      </time>
      <span className="sr-only">
        <Time at={at} absolute />
      </span>
    </span>
  );
}
