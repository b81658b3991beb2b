import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../api.ts";
import { meQuery, useMe } from "../session.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { useCopy } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorState } from "../ui/panel-state.tsx";
import { SkeletonLines } from "../ui/skeleton.tsx";
import { toast } from "../ui/toast.tsx";
import { capital, noticeButtons } from "./notice-strings.ts";

/** Managers cannot buy: they get words for whoever can. */
export function AskForUpgrade({ plan }: { readonly plan: string }) {
  const me = useMe();
  const [, copy] = useCopy(noticeButtons.askCopied);
  const message = noticeButtons.upgradeMessage(me.organization?.name ?? "", plan);
  const ask = async () => {
    await copy(message);
    toast({ text: noticeButtons.askDone });
  };
  return (
    <Button look="primary" onClick={() => void ask()}>
      {noticeButtons.askUpgrade}
    </Button>
  );
}

/** The operator's own page for it, outside of this dashboard. */
export function UpgradeLink({ url }: { readonly url: string }) {
  return (
    <a href={url} target="_blank" rel="noreferrer" className={buttonClass("primary")}>
      {noticeButtons.upgrade}
    </a>
  );
}

export function CheckAgain() {
  const client = useQueryClient();
  const { isFetching } = useQuery(meQuery);
  return (
    <Button isBusy={isFetching} onClick={() => void client.invalidateQueries(meQuery)}>
      {noticeButtons.again}
    </Button>
  );
}

export function WhoCanHelp() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{noticeButtons.who}</Button>
      <Dialog
        title={noticeButtons.whoTitle}
        width={400}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      >
        {isOpen && <Helpers />}
      </Dialog>
    </>
  );
}

interface Helper {
  readonly name: string;
  readonly role: string;
}

function Helpers() {
  const { data, error } = useQuery({
    queryKey: ["helpers"],
    queryFn: ({ signal }) => read<{ data: Helper[] }>("/api/me/admins", undefined, signal),
  });
  if (error) return <ErrorState error={error} />;
  if (!data) return <SkeletonLines />;
  if (data.data.length === 0) return <p>{noticeButtons.whoNobody}</p>;
  return (
    <ul className="divide-y divide-hairline">
      {data.data.map(({ name, role }) => (
        <li key={`${name} ${role}`} className="flex justify-between gap-4 py-2">
          <span>{name}</span>
          <span className="text-secondary">{capital(role)}</span>
        </li>
      ))}
    </ul>
  );
}
