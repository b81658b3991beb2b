/** What is done with several webhooks at once. */
import type { Webhook } from "@posthorn/sdk";
import { toast } from "../../ui/toast.tsx";
import { strings } from "./strings.ts";

export interface BulkProps {
  readonly rows: readonly Webhook[];
  readonly selected: ReadonlySet<string>;
  readonly onChange: (selected: ReadonlySet<string>) => void;
}

/** What failed stays selected, so that it can be tried again. */
export function keepFailed(failed: readonly string[], onChange: BulkProps["onChange"]): void {
  onChange(new Set(failed));
  if (failed.length > 0) toast({ text: strings.partly(failed.length) });
}
