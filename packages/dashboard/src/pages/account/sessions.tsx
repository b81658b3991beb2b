import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { useEndOthers, useEndSession, useSessions, type Session } from "./calls.ts";
import { strings } from "./strings.ts";

/** Where one is signed in; what one does not know, one ends. */
export function Sessions() {
  const { data, error } = useSessions();
  const endOthers = useEndOthers();
  if (error) return <ErrorState error={error} />;
  const others = data?.data.filter(({ isCurrent }) => !isCurrent) ?? [];
  const endAll = () =>
    endOthers.mutate(undefined, {
      onSuccess: () => toast({ text: strings.othersEnded }),
      onError: toastRefusal,
    });
  return (
    <section>
      <div className="flex flex-wrap items-end justify-between gap-3 pb-3">
        <div>
          <h2 className="pb-1 text-body font-semibold">{strings.sessions}</h2>
          <p className="text-table text-secondary">{strings.sessionsText}</p>
        </div>
        {others.length > 0 && (
          <Button onClick={endAll} isBusy={endOthers.isPending}>
            {strings.endOthers}
          </Button>
        )}
      </div>
      <ul className="divide-y divide-hairline border-y border-hairline text-table">
        {data?.data.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
    </section>
  );
}

function SessionRow({ session }: { readonly session: Session }) {
  const { id, kind, isCurrent, userAgent, address, lastSeenAt } = session;
  const end = useEndSession();
  return (
    <li className="flex min-h-12 items-center gap-x-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {strings.kinds[kind]}
          {isCurrent && <span className="font-normal text-secondary"> · {strings.thisOne}</span>}
        </p>
        <p className="truncate text-label text-secondary" title={userAgent ?? undefined}>
          {userAgent ?? strings.noAgent}
        </p>
        <p className="text-label text-muted">
          {address} · {strings.lastSeen} <Time at={lastSeenAt} />
        </p>
      </div>
      {!isCurrent && (
        <Button
          look="quiet"
          isBusy={end.isPending}
          onClick={() =>
            end.mutate(id, {
              onSuccess: () => toast({ text: strings.ended }),
              onError: toastRefusal,
            })
          }
        >
          {strings.end}
        </Button>
      )}
    </li>
  );
}
