import { sayDuration } from "../../ui/clock.ts";
import { Id } from "../../ui/id.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { useKeyCalls, type ApiKeyCall } from "./calls.ts";
import { strings } from "./strings.ts";

const TOP = 3;

/** The last calls, and which routes they went to most. */
export function KeyCalls({ keyId }: { readonly keyId: string }) {
  const calls = useKeyCalls(keyId);
  const rows = calls.data?.data ?? [];
  return (
    <section aria-labelledby="calls">
      <h2 id="calls" className="pb-2 text-body font-semibold">
        {strings.calls}
      </h2>
      {calls.error && <ErrorState error={calls.error} onRetry={() => void calls.refetch()} />}
      {calls.data && rows.length === 0 && (
        <p className="text-table text-secondary">{strings.noCalls}</p>
      )}
      {rows.length > 0 && <TopRoutes rows={rows} />}
      {rows.length > 0 && (
        <div
          className="max-h-96 overflow-y-auto"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- What scrolls must be reachable by keyboard.
          tabIndex={0}
          role="group"
          aria-labelledby="calls"
        >
          <table className="w-full text-table">
            <thead className="sr-only">
              <tr>
                <th scope="col">{strings.time}</th>
                <th scope="col">{strings.call}</th>
                <th scope="col">{strings.answer}</th>
                <th scope="col">{strings.request}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <CallRow key={row.requestId} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function CallRow({ row }: { readonly row: ApiKeyCall }) {
  const isGood = row.status < 400 && (row.code === null || row.code === "VALID");
  return (
    <tr className="h-8 border-b border-hairline">
      <td className="w-24 pr-3 text-secondary">
        <Time at={row.at} />
      </td>
      <td className="max-w-0 truncate pr-3" title={row.address ?? undefined}>
        <code className="text-code">
          {row.method} {row.path}
        </code>
      </td>
      <td className={`w-28 pr-3 text-right tabular-nums ${isGood ? "text-secondary" : "text-bad"}`}>
        {row.code ?? row.status} · {sayDuration(row.durationMs)}
      </td>
      <td className="w-32 text-right max-desk:hidden">
        <Id id={row.requestId} name={strings.request.toLowerCase()} />
      </td>
    </tr>
  );
}

function TopRoutes({ rows }: { readonly rows: readonly ApiKeyCall[] }) {
  const counts = Map.groupBy(rows, ({ method, path }) => `${method} ${path}`);
  const top = [...counts].toSorted(([, a], [, b]) => b.length - a.length).slice(0, TOP);
  return (
    <p className="pb-2 text-label text-muted">
      {strings.topRoutes}: {top.map(([route, { length }]) => `${route} (${length})`).join(" · ")}
    </p>
  );
}
