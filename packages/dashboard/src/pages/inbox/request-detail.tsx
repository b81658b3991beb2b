import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { useCopy } from "../../ui/copy-button.tsx";
import { curlOf } from "../../ui/curl.ts";
import { Diff, type Change } from "../../ui/diff.tsx";
import { Select } from "../../ui/field.tsx";
import { words } from "../../ui/words.ts";
import { HeaderList } from "../deliveries/header-list.tsx";
import { pretty } from "../deliveries/pretty.ts";
import type { Inbox, InboxRequest } from "./calls.ts";
import { SignaturePanel } from "./signature-panel.tsx";
import { strings } from "./strings.ts";

/** One request as it came: the check of its signature, its headers, its bytes. */
export function RequestDetail(props: {
  readonly inbox: Inbox;
  readonly request: InboxRequest;
  readonly others: readonly InboxRequest[];
}) {
  const { inbox, request } = props;
  const [isCurlCopied, copyCurl] = useCopy(strings.curlName);
  const [isForwardCopied, copyForward] = useCopy(strings.forwardName);
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <code className="text-code [overflow-wrap:anywhere]">
          {request.method} {request.path}
        </code>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => void copyCurl(curlOf({ ...request, url: inbox.url }))}>
            {isCurlCopied ? words.copied : strings.copyCurl}
          </Button>
          <Button
            onClick={() => void copyForward("posthorn listen --forward-to localhost:3000/webhooks")}
          >
            {isForwardCopied ? words.copied : strings.forward}
          </Button>
        </div>
      </div>
      <SignaturePanel request={request} />
      <HeaderList headers={request.headers} />
      {request.body === "" ? (
        <p className="text-table text-secondary">{strings.emptyBody}</p>
      ) : (
        <CodeBlock
          code={pretty(request.body)}
          language="json"
          title={`${strings.body} · ${strings.bytes(request.size)}`}
        />
      )}
      <Comparison {...props} />
    </div>
  );
}

function Comparison(props: {
  readonly request: InboxRequest;
  readonly others: readonly InboxRequest[];
}) {
  const { request, others } = props;
  const [otherId, setOtherId] = useState("");
  const other = others.find(({ id }) => id === otherId);
  if (others.length < 2) return null;
  return (
    <section className="flex flex-col gap-3 border-t border-hairline pt-4">
      <div className="flex items-center gap-3 text-table">
        <span className="whitespace-nowrap">{strings.compare}</span>
        <div className="w-40">
          <Select
            aria-label={strings.compare}
            value={otherId}
            onChange={setOtherId}
            choices={[
              { value: "", label: strings.compareNone },
              ...others
                .filter(({ id }) => id !== request.id)
                .map(({ id, number }) => ({ value: id, label: strings.number(number) })),
            ]}
          />
        </div>
      </div>
      {other && <Diff label={strings.compare} changes={changesBetween(other, request)} />}
    </section>
  );
}

function changesBetween(before: InboxRequest, after: InboxRequest): readonly Change[] {
  const names = new Set([...Object.keys(before.headers), ...Object.keys(after.headers)]);
  const headers = [...names].map((name) => ({
    name,
    before: before.headers[name] ?? "",
    after: after.headers[name] ?? "",
  }));
  const body = {
    name: strings.body,
    before: pretty(before.body).split("\n"),
    after: pretty(after.body).split("\n"),
  };
  const isSame = before.body === after.body;
  return [...headers.filter((each) => each.before !== each.after), ...(isSame ? [] : [body])];
}
