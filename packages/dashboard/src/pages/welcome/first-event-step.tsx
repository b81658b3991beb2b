import { useMutation } from "@tanstack/react-query";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { quoted } from "../../ui/curl.ts";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { useEventTypes } from "../event-types/calls.ts";
import { publish, useFirstRequest, type Demo, type DemoEvent } from "./calls.ts";
import { strings } from "./strings.ts";

/** Left: sending. Right: the inbox, waiting, then with the request. */
export function FirstEventStep({ demo }: { readonly demo: Demo }) {
  const event = useDemoEvent();
  const send = useMutation({ mutationFn: publish });
  return (
    <section className="grid gap-8 lg:grid-cols-2" aria-labelledby="first">
      <div className="flex min-w-0 flex-col gap-3">
        <h2 id="first" className="text-body font-semibold">
          {strings.send}
        </h2>
        <p className="text-table text-secondary">{strings.sendText}</p>
        <div>
          <Button look="primary" onClick={() => send.mutate(event)} isBusy={send.isPending}>
            {strings.sendButton}
          </Button>
        </div>
        {send.error && <ErrorState error={send.error} />}
        <CodeBlock code={curlOf(event)} language="shell" title={strings.curl} />
      </div>
      <Arrival demo={demo} />
    </section>
  );
}

function Arrival({ demo }: { readonly demo: Demo }) {
  const request = useFirstRequest(demo.inbox.id, true).data;
  const isVerified = request?.verification?.verified === true;
  return (
    <div
      role="status"
      className="flex min-h-64 flex-col items-center justify-center gap-3 rounded-dialog border border-hairline bg-surface p-6 text-center"
    >
      {request ? (
        <>
          <p className="text-[16px] font-semibold leading-6">{strings.arrived}</p>
          <p
            data-verified={isVerified}
            className={`flex items-center gap-2 font-medium ${isVerified ? "text-ok" : "text-bad"}`}
          >
            <StatusGlyph name={isVerified ? "check" : "cross"} />
            {isVerified ? strings.verified : strings.unverified}
          </p>
          <p className="text-table text-secondary">
            {strings.answered(String(request.answeredStatus ?? "…"))}
          </p>
          <ButtonLink to={`/settings/integrations/inbox/${demo.inbox.id}`}>
            {strings.open}
          </ButtonLink>
        </>
      ) : (
        <>
          <p className="text-body font-medium">{strings.waiting}</p>
          <p className="text-table text-secondary">{strings.waitingText}</p>
        </>
      )}
    </div>
  );
}

/** The first type of the catalogue with its example; an order where the catalogue is open and empty. */
export function useDemoEvent(): DemoEvent {
  const [first] = useEventTypes().data ?? [];
  if (!first) return { type: "order.created", data: { orderId: "o_1001", total: 4200 } };
  return { type: first.type, data: first.example.data };
}

function curlOf({ type, data }: DemoEvent): string {
  return [
    ". ./.posthorn/operator.env   # the operator key, made at the first start",
    `curl -X POST ${window.location.origin}/api/events \\`,
    '  -H "Authorization: Bearer $POSTHORN_OPERATOR_KEY" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d ${quoted(JSON.stringify({ type, data }))}`,
  ].join("\n");
}
