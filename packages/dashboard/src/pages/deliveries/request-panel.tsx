import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SentRequest } from "@posthorn/sdk";
import { ApiError } from "../../api.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Field, TextArea } from "../../ui/field.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import type { Attempt, Delivery } from "./calls.ts";
import { readSentRequest } from "./curl.ts";
import { HeaderList } from "./header-list.tsx";
import { pretty } from "./pretty.ts";
import { strings } from "./strings.ts";

/** The request as it was sent, and what its signature covers. */
export function RequestPanel(props: { readonly delivery: Delivery; readonly attempt: Attempt }) {
  const { delivery, attempt } = props;
  const request = useQuery({
    queryKey: ["deliveries", "request", attempt.id],
    queryFn: ({ signal }) => readSentRequest(delivery, attempt, signal),
    // What was sent does not change.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data, error } = request;
  if (error instanceof ApiError && error.status === 404) {
    return (
      <div className="flex flex-col gap-4">
        <p className="text-table text-secondary">
          {attempt.requestHeaders === null ? strings.notSent : strings.purged}
        </p>
        <HeaderList headers={attempt.requestHeaders ?? {}} />
      </div>
    );
  }
  if (error) return <ErrorState error={error} onRetry={() => void request.refetch()} />;
  if (!data) return null;
  return <SentRequestView request={data} />;
}

/** A request to the byte: its line, headers and body, and what its signature covers. */
export function SentRequestView({ request: data }: { readonly request: SentRequest }) {
  const [isRaw, setRaw] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-table [overflow-wrap:anywhere]">
        <code className="text-code">
          {data.method} {data.url} HTTP/1.1
        </code>
      </p>
      <HeaderList headers={data.headers} />
      <CodeBlock
        code={isRaw ? data.body : pretty(data.body)}
        language="json"
        title={`${strings.body} · ${strings.bytes(data.bytes)}`}
        actions={
          <button
            type="button"
            aria-pressed={isRaw}
            onClick={() => setRaw(!isRaw)}
            className="rounded-control px-2 text-label text-secondary hover:text-text"
          >
            {isRaw ? strings.pretty : strings.raw}
          </button>
        }
      />
      <SignatureExplainer request={data} />
    </div>
  );
}

function SignatureExplainer({ request }: { readonly request: SentRequest }) {
  const { signature } = request;
  const [theirs, setTheirs] = useState("");
  return (
    <details className="border-t border-hairline pt-3 text-table">
      <summary className="cursor-pointer font-medium">{strings.signature}</summary>
      <div className="flex flex-col gap-4 pt-3">
        <p className="text-secondary">
          {strings.signatureText(signature.content, signature.encoding)}
        </p>
        {signature.signedText !== null && (
          <CodeBlock code={signature.signedText} language="text" title={strings.signedText} />
        )}
        <Field label={strings.compare} hint={strings.compareHint}>
          <TextArea rows={2} className="font-mono" value={theirs} onChange={setTheirs} />
        </Field>
        {theirs.trim() !== "" && <Comparison theirs={theirs} request={request} />}
      </div>
    </details>
  );
}

/** Either text may be pasted: a signature, or what was signed. */
function Comparison(props: { readonly theirs: string; readonly request: SentRequest }) {
  const { headers, signature } = props.request;
  const theirs = props.theirs.trim();
  const isSignature = Object.values(headers).some((value) => value.includes(theirs));
  const isText = signature.signedText === theirs;
  const isSame = isSignature || isText;
  const at = isSame ? -1 : firstDifference(theirs, signature.signedText ?? "");
  return (
    <p className={`flex items-center gap-2 ${isSame ? "text-ok" : "text-bad"}`} role="status">
      <StatusGlyph name={isSame ? "check" : "cross"} />
      {isSame ? strings.same : strings.differs(at)}
    </p>
  );
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at + 1;
}
