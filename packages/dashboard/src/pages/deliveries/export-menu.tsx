import { Download } from "lucide-react";
import { Icon } from "../../ui/icons.tsx";
import { ActionMenu } from "../../ui/menu.tsx";
import { iconButtonClass } from "../../ui/button.tsx";
import { saveFile, toCsv, toNdjson } from "../../ui/save-file.ts";
import type { Delivery } from "./calls.ts";
import { strings } from "./strings.ts";

const FIELDS = [
  "id",
  "eventId",
  "type",
  "endpointId",
  "endpointUrl",
  "status",
  "attemptCount",
  "responseStatus",
  "errorCode",
  "durationMs",
  "isTest",
  "createdAt",
  "deliveredAt",
  "nextAttemptAt",
] as const satisfies readonly (keyof Delivery)[];

/** The rows that are on the page, as a file. */
export function ExportMenu({ rows }: { readonly rows: readonly Delivery[] }) {
  if (rows.length === 0) return null;
  return (
    <ActionMenu
      label={strings.export}
      button={{ face: <Icon of={Download} />, className: iconButtonClass }}
      entries={[
        {
          label: strings.exportShown,
          onSelect: () => saveFile("deliveries.csv", "text/csv", toCsv(FIELDS, rows.map(cellsOf))),
        },
        {
          label: strings.exportNdjson,
          onSelect: () => saveFile("deliveries.ndjson", "application/x-ndjson", toNdjson(rows)),
        },
      ]}
    />
  );
}

function cellsOf(row: Delivery) {
  return FIELDS.map((name) => row[name]);
}
