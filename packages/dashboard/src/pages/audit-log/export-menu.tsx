import type { AuditEntry } from "@posthorn/sdk";
import { Download } from "lucide-react";
import { useState } from "react";
import { iconButtonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { ActionMenu } from "../../ui/menu.tsx";
import { saveFile, toCsv, toNdjson } from "../../ui/save-file.ts";
import { toast } from "../../ui/toast.tsx";
import type { UrlState } from "../../url-state.ts";
import { EXPORTED_MAX, readAllEntries } from "./calls.ts";
import { strings } from "./strings.ts";

const FIELDS = [
  "id",
  "at",
  "actorKind",
  "actorId",
  "actorName",
  "action",
  "objectKind",
  "objectId",
  "result",
  "address",
  "requestId",
  "before",
  "after",
];

/** Everything that the filters choose, not only what is on the page, as a file. */
export function ExportMenu({ state }: { readonly state: UrlState }) {
  const [isBusy, setBusy] = useState(false);
  const save = async (write: (entries: readonly AuditEntry[]) => void) => {
    setBusy(true);
    try {
      const { entries, isWhole } = await readAllEntries(state);
      write(entries);
      if (!isWhole) toast({ text: strings.exportCut(EXPORTED_MAX.toLocaleString()) });
    } catch (error) {
      toast({ text: error instanceof Error ? error.message : strings.exportFailed });
    } finally {
      setBusy(false);
    }
  };
  return (
    <ActionMenu
      label={isBusy ? strings.exporting : strings.export}
      button={{ face: <Icon of={Download} />, className: iconButtonClass }}
      entries={[
        {
          label: strings.exportCsv,
          isDisabled: isBusy,
          onSelect: () =>
            void save((entries) =>
              saveFile("audit-log.csv", "text/csv", toCsv(FIELDS, entries.map(cellsOf))),
            ),
        },
        {
          label: strings.exportNdjson,
          isDisabled: isBusy,
          onSelect: () =>
            void save((entries) =>
              saveFile("audit-log.ndjson", "application/x-ndjson", toNdjson(entries)),
            ),
        },
      ]}
    />
  );
}

function cellsOf(entry: AuditEntry) {
  const { id, at, actor, action, object, result, address, requestId, before, after } = entry;
  return [
    id,
    at,
    actor.kind,
    actor.id,
    actor.name,
    action,
    object?.kind ?? null,
    object?.id ?? null,
    result,
    address,
    requestId,
    before && JSON.stringify(before),
    after && JSON.stringify(after),
  ];
}
