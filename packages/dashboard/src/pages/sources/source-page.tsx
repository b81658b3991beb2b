import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "../../api.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ActionMenu } from "../../ui/menu.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { useUrlState } from "../../url-state.ts";
import { changeSource, deleteSource, useSource, useSourceChange, type Source } from "./calls.ts";
import { ReceiptsTable } from "./receipts-table.tsx";
import { SecretForm } from "./secret-form.tsx";
import { SourceSettings } from "./source-settings.tsx";
import { strings } from "./strings.ts";

/** One source: its address, what arrived, what becomes of it. */
export function Page() {
  // Proof: the route of this page has this parameter.
  const { sourceId } = useParams({ strict: false }) as { sourceId: string };
  const source = useSource(sourceId);
  if (source.error instanceof ApiError && source.error.status === 404) {
    return (
      <EmptyState
        title={strings.goneTitle}
        actions={<ButtonLink to="/settings/integrations/sources">{strings.all}</ButtonLink>}
      />
    );
  }
  if (source.error && !source.data) {
    return <ErrorState error={source.error} onRetry={() => void source.refetch()} />;
  }
  if (!source.data) return <SkeletonLines />;
  return <Loaded key={source.data.id} source={source.data} />;
}

const TABS = (["receipts", "settings"] as const).map((value) => ({
  value,
  title: strings.tabs[value],
}));

function Loaded({ source }: { readonly source: Source }) {
  const [state, change] = useUrlState();
  const tab = state["tab"] === "settings" ? "settings" : "receipts";
  return (
    <>
      <Header source={source} />
      {!source.hasSecret && (
        <div className="mb-5 rounded-control bg-warn-tint px-3 py-2 text-table text-warn">
          {strings.noSecret}
        </div>
      )}
      {source.previousSecretExpiresAt !== null && (
        <p className="pb-4 text-table text-secondary">
          {strings.previousUntil} <Time at={source.previousSecretExpiresAt} absolute />.
        </p>
      )}
      <Tabs
        label={strings.tabList}
        tabs={TABS}
        value={tab}
        onChange={(next) => change({ tab: next === "settings" ? next : undefined })}
      >
        <div className="pt-5">
          {tab === "receipts" ? (
            <ReceiptsTable sourceId={source.id} />
          ) : (
            <SourceSettings source={source} />
          )}
        </div>
      </Tabs>
    </>
  );
}

function Heading({ source }: { readonly source: Source }) {
  return (
    <span className="flex flex-wrap items-center gap-3">
      {source.name}
      <span className="text-table tracking-normal">
        <StatusBadge status={source.status} tinted />
      </span>
    </span>
  );
}

function Header({ source }: { readonly source: Source }) {
  const navigate = useNavigate();
  const [task, setTask] = useState<"roll" | "delete" | null>(null);
  const change = useSourceChange(changeSource);
  const remove = useSourceChange(deleteSource);
  const isActive = source.status === "active";
  const toggle = () =>
    change.mutate(
      { source, change: { status: isActive ? "paused" : "active" } },
      { onSuccess: () => toast({ text: isActive ? strings.paused : strings.resumed }) },
    );
  return (
    <>
      <PageHeader
        title={source.name}
        heading={<Heading source={source} />}
        text={
          <span className="flex items-center gap-1">
            <code className="text-code [overflow-wrap:anywhere]">{source.url}</code>
            <CopyButton text={source.url} name={strings.urlName} />
          </span>
        }
        actions={
          <ActionMenu
            label={words.more}
            entries={[
              { label: isActive ? strings.pause : strings.resume, onSelect: toggle },
              { label: `${strings.roll} …`, onSelect: () => setTask("roll") },
              "separator",
              {
                label: `${strings.remove} …`,
                isDanger: true,
                onSelect: () => setTask("delete"),
              },
            ]}
          />
        }
      />
      {change.error && <ErrorState error={change.error} />}
      <Dialog
        title={strings.rollTitle}
        description={strings.rollText}
        isOpen={task === "roll"}
        onClose={() => setTask(null)}
      >
        <SecretForm source={source} label={strings.secret} onDone={() => setTask(null)} />
      </Dialog>
      <ConfirmDialog
        isOpen={task === "delete"}
        onClose={() => setTask(null)}
        title={strings.removeTitle(source.name)}
        action={strings.removeAction}
        typed={source.lastDay.verified > 0 ? source.name : undefined}
        onConfirm={async () => {
          await remove.mutateAsync(source.id);
          toast({ text: strings.removed });
          await navigate({ to: "/settings/integrations/sources" });
        }}
      >
        {strings.removeText}
      </ConfirmDialog>
    </>
  );
}
