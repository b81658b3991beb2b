import { capital } from "../../frame/notice-strings.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { useInvitations, useSendAgain, useTakeBack } from "./calls.ts";
import { strings } from "./strings.ts";

/** Invitations that nobody has accepted yet; nothing when there are none. */
export function Invitations() {
  const { data, error } = useInvitations();
  const takeBack = useTakeBack();
  const sendAgain = useSendAgain();
  if (error) return <ErrorState error={error} />;
  if (!data || data.data.length === 0) return null;
  return (
    <section className="pt-6">
      <h2 className="pb-2 text-body font-semibold">{strings.invitations}</h2>
      <ul className="divide-y divide-hairline border-y border-hairline text-table">
        {data.data.map(({ id, email, role, expiresAt }) => (
          <li key={id} className="flex min-h-10 flex-wrap items-center gap-x-4 py-1">
            <span className="min-w-0 flex-1 truncate font-medium">{email}</span>
            <span className="text-secondary">{capital(role)}</span>
            <span className="text-secondary">
              {strings.invitedUntil} <Time at={expiresAt} />
            </span>
            <Button
              look="quiet"
              isBusy={sendAgain.isPending && sendAgain.variables === id}
              onClick={() =>
                sendAgain.mutate(id, {
                  onSuccess: () => toast({ text: strings.sentAgain(email) }),
                  onError: toastRefusal,
                })
              }
            >
              {strings.sendAgain}
            </Button>
            <Button
              look="quiet"
              isBusy={takeBack.isPending && takeBack.variables === id}
              onClick={() =>
                takeBack.mutate(id, {
                  onSuccess: () => toast({ text: strings.takenBack(email) }),
                  onError: toastRefusal,
                })
              }
            >
              {strings.takeBack}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
