import type { ReactNode } from "react";
import type { Profile } from "./organization-calls.ts";
import { planEffect, type AreaEffect } from "./plan-change.ts";
import { strings } from "./plan-strings.ts";

/** Who gains and who loses what by another plan, while it is not saved yet. */
export function PlanPreview(props: {
  readonly access: Profile["access"];
  readonly from: string | null;
  readonly to: string | null;
}) {
  const { access, from, to } = props;
  if (from === to) return null;
  const { gains, losses, limits } = planEffect(access, { from, to });
  return (
    <section
      aria-label={strings.title}
      aria-live="polite"
      className="rounded-control bg-sunken px-3 py-2 text-table"
    >
      <p className="font-medium">{strings.title}</p>
      {gains.length + losses.length + limits.length === 0 && (
        <p className="text-secondary">{strings.nothing}</p>
      )}
      <ul>
        {gains.map((effect) => (
          <Line key={effect.area} sign="+">
            {strings.gain(areaOf(effect), rolesOf(effect))}
          </Line>
        ))}
        {losses.map((effect) => (
          <Line key={effect.area} sign="−">
            {strings.loss(areaOf(effect), rolesOf(effect))}
          </Line>
        ))}
        {limits.map(({ name, before, after }) => (
          <Line key={name} sign="±">
            {strings.limit(strings.limits[name] ?? name, sayLimit(before), sayLimit(after))}
          </Line>
        ))}
      </ul>
      {losses.length > 0 && <p className="pt-1 text-warn">{strings.lossText}</p>}
    </section>
  );
}

function Line({ sign, children }: { readonly sign: string; readonly children: ReactNode }) {
  return (
    <li className="flex gap-2">
      <span aria-hidden className="w-3 shrink-0 text-center text-muted">
        {sign}
      </span>
      {children}
    </li>
  );
}

function areaOf({ area }: AreaEffect): string {
  return strings.areas[area] ?? area;
}

function rolesOf({ roles }: AreaEffect): string {
  return roles.map((role) => strings.roles[role] ?? role).join(", ");
}

function sayLimit(limit: number | null | undefined): string {
  if (limit === undefined) return strings.usual;
  return limit === null ? strings.unlimited : limit.toLocaleString();
}
