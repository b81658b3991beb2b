import type { Webhook } from "@posthorn/sdk";
import type { Filter } from "../../ui/filter-bar.tsx";
import { STATUSES } from "./calls.ts";
import { strings } from "./strings.ts";

/** Event types to choose from: those that the shown endpoints name. */
export function webhookFilters(rows: readonly Webhook[]): readonly Filter[] {
  const types = [...new Set(rows.flatMap(({ events }) => events))].filter(
    (type) => !type.includes("*"),
  );
  const choices = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  return [
    { name: "status", title: strings.status, choices: choices(STATUSES) },
    ...(types.length > 0
      ? [{ name: "event", title: strings.event, choices: choices(types.toSorted()) }]
      : []),
  ];
}
