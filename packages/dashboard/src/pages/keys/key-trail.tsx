import { ErrorState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { useKeyTrail } from "./calls.ts";
import { strings } from "./strings.ts";

/** Who made and changed this key. */
export function KeyTrail({ keyId }: { readonly keyId: string }) {
  const trail = useKeyTrail(keyId);
  const rows = trail.data?.data ?? [];
  return (
    <section aria-labelledby="trail">
      <h2 id="trail" className="pb-1 text-body font-semibold">
        {strings.trail}
      </h2>
      {trail.error && <ErrorState error={trail.error} onRetry={() => void trail.refetch()} />}
      {trail.data && rows.length === 0 && (
        <p className="text-table text-secondary">{strings.noTrail}</p>
      )}
      <ul className="text-table">
        {rows.map(({ id, at, actor, action, after }) => (
          <li key={id} className="flex flex-wrap gap-x-3 border-b border-hairline py-1.5">
            <span className="w-24 text-secondary">
              <Time at={at} />
            </span>
            <code className="text-code">{action}</code>
            <span className="text-secondary">{actor.name ?? actor.kind}</span>
            <span className="min-w-0 flex-1 truncate text-right text-label text-muted">
              {Object.keys(after ?? {}).join(", ")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
