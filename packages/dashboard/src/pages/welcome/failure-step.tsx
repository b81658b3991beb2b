import { useMutation } from "@tanstack/react-query";
import { Button } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { failOnce, publish, useStory, type Demo, type DemoEvent, type Story } from "./calls.ts";
import { useDemoEvent } from "./first-event-step.tsx";
import { strings } from "./strings.ts";

/** The receiver fails once, and the delivery arrives all the same. */
export function FailureStep({ demo }: { readonly demo: Demo }) {
  const event = useDemoEvent();
  const send = useMutation({
    mutationFn: async (what: DemoEvent) => {
      await failOnce(demo.inbox);
      return publish(what);
    },
  });
  const story = useStory(send.data?.id).data;
  return (
    <section aria-labelledby="fail" className="flex flex-col gap-3 border-t border-hairline pt-6">
      <h2 id="fail" className="text-body font-semibold">
        {strings.fail}
      </h2>
      <p className="text-table text-secondary">{strings.failText}</p>
      <div>
        <Button onClick={() => send.mutate(event)} isBusy={send.isPending}>
          {strings.failButton}
        </Button>
      </div>
      {send.error && <ErrorState error={send.error} />}
      {story && <Attempts story={story} />}
    </section>
  );
}

function Attempts({ story }: { readonly story: Story }) {
  const { delivery, attempts } = story;
  return (
    <div role="status" className="max-w-md text-table">
      <p className="pb-1">
        <StatusBadge status={delivery.status} />
      </p>
      <ol aria-label={strings.attempts}>
        {attempts.map(({ id, number, outcome, responseStatus, durationMs }) => {
          const isGood = outcome === "delivered";
          return (
            <li
              key={id}
              className={`flex items-center gap-2 border-b border-hairline py-1.5 ${isGood ? "text-ok" : "text-bad"}`}
            >
              <StatusGlyph name={isGood ? "check" : "cross"} />
              <span className="flex-1">
                {strings.attempt(number, String(responseStatus ?? outcome))}
              </span>
              <span className="text-secondary">
                {durationMs === null ? "" : sayDuration(durationMs)}
              </span>
            </li>
          );
        })}
      </ol>
      {delivery.status === "retrying" && (
        <p className="pt-1.5 text-secondary">{strings.next(strings.soon)}</p>
      )}
    </div>
  );
}
