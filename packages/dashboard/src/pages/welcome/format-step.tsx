import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { useEndpointRules, type EndpointRules } from "../webhook/calls.ts";
import { strings } from "./strings.ts";

type Format = EndpointRules["wireFormats"][number];

/** One card for each wire format, with the headers that a receiver sees. */
export function FormatStep(props: {
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onChoose: (wireFormat: string) => void;
}) {
  const rules = useEndpointRules();
  const [chosen, setChosen] = useState<string | null>(null);
  if (!rules) return <SkeletonLines />;
  const present = chosen ?? rules.wireFormat;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onChoose(present);
      }}
    >
      <fieldset>
        <legend className="text-body font-semibold">{strings.choose}</legend>
        <p className="pb-4 text-table text-secondary">{strings.chooseText}</p>
        <div className="grid gap-3 desk:grid-cols-2 lg:grid-cols-3">
          {rules.wireFormats.map((format) => (
            <FormatCard
              key={format.id}
              format={format}
              isChosen={format.id === present}
              onChoose={() => setChosen(format.id)}
            />
          ))}
        </div>
      </fieldset>
      {props.error !== null && <ErrorState error={props.error} />}
      <div className="flex items-center gap-3 pt-5">
        <Button type="submit" look="primary" isBusy={props.isBusy}>
          {strings.go}
        </Button>
        {props.isBusy && <span className="text-table text-secondary">{strings.preparing}</span>}
      </div>
    </form>
  );
}

function FormatCard(props: {
  readonly format: Format;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const { format, isChosen } = props;
  return (
    <label
      className={`flex cursor-pointer flex-col gap-2 rounded-dialog border bg-surface p-4 ${isChosen ? "border-accent" : "border-hairline"}`}
    >
      <span className="flex items-center gap-2 text-table font-medium">
        <input
          type="radio"
          name="format"
          checked={isChosen}
          onChange={props.onChoose}
          className="size-4 accent-accent"
        />
        {format.title}
      </span>
      <pre className="flex-1 overflow-hidden whitespace-pre-wrap rounded-control bg-sunken px-2.5 py-2 text-[11px] leading-4 text-secondary">
        <code>{format.headers.join("\n")}</code>
      </pre>
      <span className="text-label text-muted">
        {strings.schedule(format.delaysSeconds.length, format.timeoutSeconds)}
      </span>
    </label>
  );
}
