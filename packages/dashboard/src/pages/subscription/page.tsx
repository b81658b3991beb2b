import type { ReactNode } from "react";
import { UpgradeLink } from "../../frame/notice-buttons.tsx";
import { capital } from "../../frame/notice-strings.ts";
import { gateOf, useMe, type Gate, type Me } from "../../session.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { NameForm } from "./name-form.tsx";
import { strings } from "./strings.ts";

const AREAS = ["hub", "webhooks", "keys", "organization"] as const;

/** The plan of the organization, what it opens for whoever looks, and how much of it is used. */
export function Page() {
  const me = useMe();
  const { organization } = me;
  if (!organization) return null;
  return (
    <>
      <PageHeader title={strings.title} heading={organization.name} text={strings.text} />
      <div className="flex max-w-3xl flex-col gap-8">
        <NameForm key={organization.id} id={organization.id} name={organization.name} />
        <section>
          <h2 className="pb-2 text-body font-semibold">{strings.plan}</h2>
          <p className="text-body">
            {organization.plan === null ? strings.noPlans : capital(organization.plan)}
          </p>
          {organization.plan !== null && me.upgradeUrl !== null && (
            <p className="pt-3">
              <UpgradeLink url={me.upgradeUrl} />
            </p>
          )}
        </section>
        <Access me={me} />
        {me.limits && <LimitList limits={me.limits} />}
      </div>
    </>
  );
}

/** The gates of `GET /api/me`, as they are for this person. */
function Access({ me }: { readonly me: Me }) {
  return (
    <table className="w-full text-left text-table">
      <caption className="sr-only">{strings.yourAccess}</caption>
      <thead>
        <tr className="h-9 border-b border-hairline text-label text-secondary">
          <th scope="col" className="font-medium">
            {strings.area}
          </th>
          <th scope="col" className="font-medium">
            {strings.plan}
          </th>
          <th scope="col" className="font-medium">
            {strings.yourAccess}
          </th>
        </tr>
      </thead>
      <tbody>
        {AREAS.map((area) => (
          <tr key={area} className="h-10 border-b border-hairline">
            <th scope="row" className="pr-3 font-normal">
              {strings.areas[area]}
            </th>
            <td className="pr-3 text-secondary">{sayPlan(gateOf(me, area))}</td>
            <td>
              <Verdict gate={gateOf(me, area)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function sayPlan({ requiredPlan }: Gate): string {
  return requiredPlan === null ? strings.included : strings.from(capital(requiredPlan));
}

function Verdict({ gate }: { readonly gate: Gate }) {
  if (gate.allowed) return <StatusBadge status="allowed" text={strings.open} />;
  return <StatusBadge status="disabled" text={strings.closed[gate.notice ?? "admin"]} />;
}

function sayRate(limit: number | null): string {
  return limit?.toLocaleString() ?? strings.unlimited;
}

function LimitList({ limits }: { readonly limits: NonNullable<Me["limits"]> }) {
  const { endpoints, keys, members, readsPerMinute, writesPerMinute, publishesPerMinute } = limits;
  const rows: readonly (readonly [string, ReactNode])[] = [
    [strings.endpoints, strings.usedOf(endpoints.used, endpoints.limit)],
    [strings.keys, strings.usedOf(keys.used, keys.limit)],
    [strings.members, strings.usedOf(members.used, members.limit)],
    [strings.reads, sayRate(readsPerMinute)],
    [strings.writes, sayRate(writesPerMinute)],
    [strings.publishes, sayRate(publishesPerMinute)],
  ];
  return (
    <section>
      <h2 className="pb-2 text-body font-semibold">{strings.limits}</h2>
      <dl className="divide-y divide-hairline border-y border-hairline text-table">
        {rows.map(([name, value]) => (
          <div key={name} className="flex min-h-10 items-center justify-between gap-4">
            <dt>{name}</dt>
            <dd className="text-secondary tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
