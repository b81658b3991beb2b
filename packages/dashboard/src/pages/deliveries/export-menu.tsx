import { Download } from "lucide-react";
import { Icon } from "../../ui/icons.tsx";
import { ActionMenu } from "../../ui/menu.tsx";
import { iconButtonClass } from "../../ui/button.tsx";
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
          onSelect: () => save("deliveries.csv", "text/csv", toCsv(rows)),
        },
        {
          label: strings.exportNdjson,
          onSelect: () =>
            save(
              "deliveries.ndjson",
              "application/x-ndjson",
              rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
            ),
        },
      ]}
    />
  );
}

/** RFC 4180. A field that a spreadsheet would take for a formula gets an apostrophe before it. */
export function toCsv(rows: readonly Delivery[]): string {
  const lines = rows.map((row) => FIELDS.map((name) => cell(row[name])).join(","));
  return [FIELDS.join(","), ...lines, ""].join("\r\n");
}

function cell(value: string | number | boolean | null): string {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
