import type { Member } from "@posthorn/sdk";
import { lazy, Suspense, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { useMembers } from "./calls.ts";
import { memberCard, memberColumns } from "./columns.tsx";
import { Invitations } from "./invitations.tsx";
import { strings } from "./strings.ts";
import type { Asked } from "./user-dialogs.tsx";

const Dialogs = lazy(() =>
  import("./user-dialogs.tsx").then((it) => ({ default: it.UserDialogs })),
);

export function Page() {
  const members = useMembers();
  const [asked, setAsked] = useState<Asked | null>(null);
  const invite = () => setAsked({ what: "invite" });
  useSingleKeys({ c: invite });
  return (
    <>
      <PageHeader
        title={strings.title}
        text={strings.text}
        actions={
          <Button look="primary" onClick={invite}>
            {strings.invite}
          </Button>
        }
      />
      {members.error && (
        <ErrorState
          error={members.error}
          onRetry={() => void members.refetch()}
          updatedAt={members.dataUpdatedAt}
        />
      )}
      {(members.data ?? !members.error) && (
        <DataTable<Member>
          caption={strings.title}
          rows={members.data?.data}
          rowId={({ userId }) => userId}
          rowName={({ name }) => name}
          columns={memberColumns}
          card={memberCard}
          menu={(member) => [
            { label: strings.changeRole, onSelect: () => setAsked({ what: "role", member }) },
            {
              label: strings.remove,
              isDanger: true,
              onSelect: () => setAsked({ what: "remove", member }),
            },
          ]}
          empty={<EmptyState title={strings.noMembers} text={strings.noMembersText} />}
        />
      )}
      <Invitations />
      {asked && (
        <Suspense>
          <Dialogs asked={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
