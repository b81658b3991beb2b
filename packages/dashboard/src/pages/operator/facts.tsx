import type { ReactNode } from "react";

/** Names and values of one thing. */
export function Facts(props: {
  readonly label: string;
  readonly rows: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <dl
      aria-label={props.label}
      className="grid grid-cols-[minmax(96px,160px)_minmax(0,1fr)] text-table"
    >
      {props.rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="border-b border-hairline py-2 pr-3 text-secondary">{name}</dt>
          <dd className="flex min-h-9 items-center border-b border-hairline py-1 tabular-nums [overflow-wrap:anywhere]">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
