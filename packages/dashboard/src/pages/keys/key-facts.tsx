import { Id } from "../../ui/id.tsx";
import { Time } from "../../ui/time.tsx";
import type { ApiKey } from "./calls.ts";
import { PrefixCell } from "./cells.tsx";
import { strings } from "./strings.ts";

/** What of a key cannot be changed. */
export function KeyFacts({ apiKey }: { readonly apiKey: ApiKey }) {
  const { lastUsedAddress } = apiKey;
  const rows = [
    [strings.key, <PrefixCell key="prefix" apiKey={apiKey} />],
    [strings.id, <Id key="id" id={apiKey.id} />],
    [strings.created, <Time key="created" at={apiKey.createdAt} />],
    [
      strings.lastUsed,
      <span key="used">
        <Time at={apiKey.lastUsedAt} />
        {lastUsedAddress !== null && (
          <code className="pl-2 text-code text-secondary">{lastUsedAddress}</code>
        )}
      </span>,
    ],
    [strings.expires, <Time key="expires" at={apiKey.expiresAt} />],
  ] as const;
  return (
    <dl aria-label={strings.facts} className="grid grid-cols-[120px_minmax(0,1fr)] text-table">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="border-b border-hairline py-1.5 text-secondary">{name}</dt>
          <dd className="flex min-h-8 items-center border-b border-hairline py-1">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
