import { StatusGlyph } from "../../ui/icons.tsx";
import { SkeletonText } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import type { HealthDetails, Retention } from "./calls.ts";
import { Section } from "./section.tsx";
import { strings } from "./strings.ts";

/** What needs somebody, what does the most harm first. */
export function Warnings(props: {
  readonly title: string;
  /** Undefined while they are being read. */
  readonly needs: HealthDetails["overview"]["needs"] | undefined;
  readonly held: Retention["held"];
}) {
  const { needs, held } = props;
  return (
    <Section title={props.title}>
      {!needs && <SkeletonText width={24} />}
      {needs?.length === 0 && held.length === 0 && (
        <p className="flex items-center gap-2 text-table text-secondary">
          <span className="text-ok">
            <StatusGlyph name="check" />
          </span>
          {strings.noWarnings}
        </p>
      )}
      <ul className="text-table">
        {needs?.map(({ code, text }) => (
          <li key={code} className="flex items-center gap-2 border-b border-hairline py-2 text-bad">
            <StatusGlyph name="warning" />
            {text}
          </li>
        ))}
        {held.map(({ endpointId, day, count, cancelledAt }) => (
          <li
            key={endpointId + day}
            className="flex flex-wrap items-center gap-2 border-b border-hairline py-2"
          >
            <span className="text-warn">
              <StatusGlyph name="pause" />
            </span>
            <code className="text-code [overflow-wrap:anywhere]">{endpointId}</code>
            <span className="text-secondary">
              {strings.heldLine(count.toLocaleString())} <Time at={cancelledAt} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
