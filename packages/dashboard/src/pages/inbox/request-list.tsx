import { StatusGlyph } from "../../ui/icons.tsx";
import { Time } from "../../ui/time.tsx";
import type { InboxRequest } from "./calls.ts";
import { strings } from "./strings.ts";

/** What came in, the newest first. */
export function RequestList(props: {
  readonly requests: readonly InboxRequest[];
  readonly selected: InboxRequest;
  readonly onSelect: (id: string) => void;
}) {
  return (
    <section aria-labelledby="requests">
      <h2 id="requests" className="pb-2 text-body font-semibold">
        {strings.requestList}
      </h2>
      <ol className="text-table">
        {props.requests.map((request) => (
          <Item
            key={request.id}
            request={request}
            isSelected={request.id === props.selected.id}
            onSelect={() => props.onSelect(request.id)}
          />
        ))}
      </ol>
    </section>
  );
}

function Item(props: {
  readonly request: InboxRequest;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}) {
  const { request } = props;
  const { number, receivedAt, answeredStatus, duplicateOf, verification } = request;
  const isVerified = verification?.verified === true;
  return (
    <li>
      <button
        type="button"
        aria-current={props.isSelected}
        onClick={props.onSelect}
        className="flex min-h-10 w-full items-center gap-3 border-b border-hairline px-2 text-left hover:bg-sunken aria-[current=true]:bg-sunken max-desk:min-h-12"
      >
        <span className={isVerified ? "text-ok" : "text-muted"}>
          <StatusGlyph name={isVerified ? "check" : "dot"} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="tabular-nums">
            {strings.number(number)} · {strings.answered(answeredStatus)}
          </span>
          <span className="block truncate text-label text-muted">
            {isVerified ? strings.verified : strings.unverified}
            {duplicateOf !== null && ` · ${strings.duplicate(duplicateOf)}`}
          </span>
        </span>
        <span className="text-label text-secondary">
          <Time at={receivedAt} />
        </span>
      </button>
    </li>
  );
}
