import { useState } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field, TextInput } from "./field.tsx";
import { localTime } from "./local-time.ts";
import { sayUtc } from "./time-chip.tsx";
import { words } from "./words.ts";

/** A range of time of one's own: asked in local time, with UTC under it. An empty end is open. */
export function TimeDialog(props: {
  /** ISO 8601, or empty. */
  readonly from: string;
  readonly to: string;
  readonly onClose: () => void;
  readonly onChoose: (range: { from: string | undefined; to: string | undefined }) => void;
}) {
  const [from, setFrom] = useState(toLocal(props.from));
  const [to, setTo] = useState(toLocal(props.to));
  const isReversed = from !== "" && to !== "" && from > to;
  const choose = () => props.onChoose({ from: toIso(from), to: toIso(to) });
  return (
    <Dialog
      title={words.customTitle}
      isOpen
      onClose={props.onClose}
      width={400}
      footer={
        <>
          <Button onClick={props.onClose}>{words.cancel}</Button>
          <Button
            look="primary"
            onClick={choose}
            disabled={isReversed || (from === "" && to === "")}
          >
            {words.apply}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label={words.from} hint={sayUtc(toIso(from) ?? "")}>
          <TextInput type="datetime-local" value={from} onChange={setFrom} />
        </Field>
        <Field
          label={words.to}
          hint={sayUtc(toIso(to) ?? "") || words.openEnd}
          {...(isReversed ? { problem: words.reversed } : {})}
        >
          <TextInput type="datetime-local" value={to} onChange={setTo} />
        </Field>
      </div>
    </Dialog>
  );
}

/** Empty for what is no time. */
function toLocal(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? "" : localTime(at);
}

function toIso(local: string): string | undefined {
  const at = Date.parse(local);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
