import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import type { Difference } from "./endpoint-draft.ts";
import { strings } from "./strings.ts";

const NAMES: Readonly<Record<Difference["name"], string>> = {
  url: strings.url,
  description: strings.description,
  events: strings.events,
  enabled: strings.enabled,
  wireFormat: strings.wireFormat,
  ordering: strings.ordering,
  headers: strings.headers,
  rateLimit: strings.rateLimit,
  filter: strings.filter,
  resource: strings.resource,
  alertEmails: strings.alertEmails,
};

/** Asks with the difference in words; the request leaves after the answer. */
export function SaveDialog(props: {
  readonly differences: readonly Difference[];
  readonly onClose: () => void;
  readonly onConfirm: () => Promise<unknown>;
}) {
  return (
    <ConfirmDialog
      isOpen
      onClose={props.onClose}
      title={strings.saveTitle}
      action={strings.saveAction}
      isDanger={false}
      onConfirm={props.onConfirm}
    >
      <Differences differences={props.differences} />
      <p className="pt-3">{strings.applies}</p>
    </ConfirmDialog>
  );
}

export function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  return (
    <dl className="flex flex-col gap-2.5">
      {differences.map((each) => (
        <div key={each.name}>
          <dt className="text-label font-medium text-text">{NAMES[each.name]}</dt>
          <dd className="flex flex-col gap-0.5 [overflow-wrap:anywhere]">
            {each.name === "events" ? <EventChanges {...each} /> : <Change {...each} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Change({ before, after }: Difference) {
  return (
    <>
      <Line sign="−" colour="text-bad" text={before} />
      <Line sign="+" colour="text-ok" text={after} />
    </>
  );
}

/** Only the types that come and go. */
function EventChanges({ before, after }: Difference) {
  const [old, next] = [before.split(", "), after.split(", ")];
  return (
    <>
      {old
        .filter((each) => each !== "" && !next.includes(each))
        .map((each) => (
          <Line key={each} sign="−" colour="text-bad" text={each} />
        ))}
      {next
        .filter((each) => each !== "" && !old.includes(each))
        .map((each) => (
          <Line key={each} sign="+" colour="text-ok" text={each} />
        ))}
    </>
  );
}

function Line(props: { readonly sign: string; readonly colour: string; readonly text: string }) {
  return (
    <span className={`flex gap-2 font-mono text-code ${props.colour}`}>
      <span aria-hidden>{props.sign}</span>
      <span className="sr-only">{props.sign === "+" ? strings.to : strings.from}</span>
      {props.text === "" ? strings.none : props.text}
    </span>
  );
}
