import type { AuditEntry } from "@posthorn/sdk";
import type { ReactNode } from "react";
import { Diff } from "../../ui/diff.tsx";
import { Drawer } from "../../ui/dialog.tsx";
import { Id } from "../../ui/id.tsx";
import { Time } from "../../ui/time.tsx";
import { changesOf } from "./calls.ts";
import { sayActor } from "./columns.tsx";
import { strings } from "./strings.ts";

export function EntryDrawer({
  entry,
  onClose,
}: {
  readonly entry: AuditEntry;
  readonly onClose: () => void;
}) {
  const changes = changesOf(entry);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [strings.time, <Time key="at" at={entry.at} absolute />],
    [strings.actor, `${sayActor(entry)} · ${entry.actor.kind}`],
    [strings.object, entry.object && <Id key="object" id={entry.object.id} />],
    [strings.result, entry.result],
    [strings.address, entry.address],
    [strings.request, entry.requestId && <Id key="request" id={entry.requestId} />],
  ];
  return (
    <Drawer title={entry.action} isOpen onClose={onClose}>
      <dl className="grid grid-cols-[120px_1fr] gap-y-1.5 pb-5">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-secondary">{name}</dt>
            <dd>{value ?? "–"}</dd>
          </div>
        ))}
      </dl>
      <h2 className="pb-2 font-semibold">{strings.details}</h2>
      {changes.length > 0 ? (
        <Diff label={strings.details} changes={changes} />
      ) : (
        <p className="text-secondary">{strings.nothing}</p>
      )}
    </Drawer>
  );
}
