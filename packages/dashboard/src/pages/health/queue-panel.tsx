import { sayDuration } from "../../ui/clock.ts";
import { Facts } from "../operator/facts.tsx";
import type { HealthDetails } from "./calls.ts";
import { Section } from "./section.tsx";
import { strings } from "./strings.ts";

/** What waits and for how long, beside what goes through. */
export function QueuePanel(props: Pick<HealthDetails, "queue" | "overview">) {
  const { queue, overview } = props;
  const { lagP95Ms, oldestDueSeconds } = overview;
  const most = Math.max(1, ...strings.ages.map(([age]) => queue[age]));
  return (
    <div className="grid gap-x-12 gap-y-10 desk:grid-cols-2">
      <Section title={strings.queue} text={strings.queueText}>
        <dl className="grid grid-cols-[112px_minmax(0,1fr)] items-center gap-y-1 text-table">
          {strings.ages.map(([age, label]) => (
            <div key={age} className="contents">
              <dt className="text-secondary">{label}</dt>
              <dd className="flex items-center gap-2 tabular-nums">
                <Bar part={queue[age] / most} />
                {queue[age].toLocaleString()}
              </dd>
            </div>
          ))}
          <dt className="text-secondary">{strings.later}</dt>
          <dd className="tabular-nums">{queue.later.toLocaleString()}</dd>
        </dl>
      </Section>
      <Section title={strings.now}>
        <Facts
          label={strings.nowLabel}
          rows={[
            [strings.accepted, strings.perSecond(overview.acceptedPerSecond)],
            [strings.delivered, strings.perSecond(overview.deliveredPerSecond)],
            [strings.lag, lagP95Ms === null ? strings.none : sayDuration(lagP95Ms)],
            [strings.oldestDue, sayDuration(oldestDueSeconds * 1000)],
            [strings.held, overview.held.toLocaleString()],
          ]}
        />
      </Section>
    </div>
  );
}

const WIDTH = 120;

/** Drawn, because the page's security policy takes no style attribute. */
function Bar({ part }: { readonly part: number }) {
  return (
    <svg width={WIDTH} height={10} aria-hidden className="text-muted">
      <rect width={Math.round(part * WIDTH)} height={10} fill="currentColor" />
    </svg>
  );
}
