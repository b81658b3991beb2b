import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { revertPlans, usePlansChange, type Plans } from "./calls.ts";
import { strings } from "./strings.ts";

/** What was published, by whom and when; each of it can be put into force again. */
export function History({ plans }: { readonly plans: Plans }) {
  const { profile, history } = plans;
  const [asked, setAsked] = useState<{ version: number; name: string } | null>(null);
  const revert = usePlansChange(revertPlans);
  const [first] = history;
  const isOwnInForce = !first || first.rules === null;
  return (
    <section aria-labelledby="history">
      <h2 id="history" className="pb-2 text-body font-semibold">
        {strings.history}
      </h2>
      {history.length === 0 && <p className="text-table text-secondary">{strings.noHistory}</p>}
      <ul className="text-table">
        {history.map(({ version, rules, publishedBy, publishedAt }) => {
          const name = rules === null ? strings.ofProfile : strings.version(version);
          return (
            <Row
              key={version}
              name={name}
              isInForce={version === first?.version}
              onRevert={() => setAsked({ version: rules === null ? 0 : version, name })}
            >
              <span className="text-secondary">{publishedBy.name ?? strings.somebody}</span>
              <span className="text-secondary">
                <Time at={publishedAt} />
              </span>
            </Row>
          );
        })}
        {!isOwnInForce && (
          <Row
            name={strings.ofProfile}
            isInForce={false}
            onRevert={() => setAsked({ version: 0, name: strings.ofProfile })}
          />
        )}
      </ul>
      <ConfirmDialog
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        title={strings.revertTitle(asked?.name ?? "")}
        action={strings.revert}
        onConfirm={async () => {
          await revert.mutateAsync({ profile, version: asked?.version ?? 0 });
          toast({ text: strings.reverted });
        }}
      >
        {strings.revertText}
      </ConfirmDialog>
    </section>
  );
}

function Row(props: {
  readonly name: string;
  readonly isInForce: boolean;
  readonly onRevert: () => void;
  readonly children?: React.ReactNode;
}) {
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b border-hairline py-1">
      <span className="min-w-0 flex-1 font-medium">{props.name}</span>
      {props.children}
      {props.isInForce ? (
        <StatusBadge status="active" text={strings.inForce.toLowerCase()} />
      ) : (
        <Button look="quiet" aria-label={strings.revertTitle(props.name)} onClick={props.onRevert}>
          {strings.revert}
        </Button>
      )}
    </li>
  );
}
