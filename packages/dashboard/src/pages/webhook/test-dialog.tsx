import { useState } from "react";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { useCopy } from "../../ui/copy-button.tsx";
import { quoted } from "../../ui/curl.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, Select, TextInput } from "../../ui/field.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { PayloadEditor } from "../../ui/payload-editor.tsx";
import { useSubmitKey } from "../../ui/submit-key.ts";
import { words } from "../../ui/words.ts";
import { useDeliveryChange } from "../deliveries/calls.ts";
import { useCatalogue, type EventType } from "../event-types/calls.ts";
import { sendTest, webhookPath, type TestResult, type Webhook } from "./calls.ts";
import { strings } from "./strings.ts";

type Endpoint = Pick<Webhook, "id" | "url" | "events">;

/** A signed test event: its type, its data from the catalogue's example, and what the receiver said. */
export function TestDialog(props: { readonly webhook: Endpoint; readonly onClose: () => void }) {
  const { webhook, onClose } = props;
  const { data: catalogue } = useCatalogue();
  const types = [...(catalogue?.data ?? []), ...(catalogue?.operational ?? [])];
  const [chosen, setChosen] = useState<string | null>(null);
  const [edited, setEdited] = useState<string | null>(null);
  const type = chosen ?? firstType(webhook, types);
  const example = types.find((each) => each.type === type)?.example.data ?? {};
  const text = edited ?? JSON.stringify(example, null, 2);
  const data = parse(text);
  const send = useDeliveryChange(sendTest);
  const submit = () => {
    if (data === undefined || type === "") return;
    send.mutate({ id: webhook.id, eventType: type, data: data.value });
  };
  useSubmitKey(submit);
  return (
    <Dialog
      title={strings.testTitle}
      description={<span className="break-all">{webhook.url}</span>}
      width={640}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button
            look="primary"
            onClick={submit}
            isBusy={send.isPending}
            disabled={data === undefined}
          >
            {send.data ? strings.sendAgain : strings.send}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TypeField
          webhook={webhook}
          types={types}
          type={type}
          onChange={(next) => {
            setChosen(next);
            setEdited(null);
          }}
        />
        <div>
          <p className="pb-1 text-label font-medium">{strings.data}</p>
          <PayloadEditor label={strings.data} value={text} onChange={setEdited} />
          <p className="text-label text-muted">{strings.testHint}</p>
        </div>
        {edited !== null && (
          <div>
            <Button look="quiet" onClick={() => setEdited(null)}>
              {strings.reset}
            </Button>
          </div>
        )}
        {send.error && <ErrorState error={send.error} />}
        {send.data && <Result result={send.data} webhook={webhook} type={type} text={text} />}
      </div>
    </Dialog>
  );
}

/** The first subscribed type; the first of all where everything is wanted. */
function firstType({ events }: Endpoint, types: readonly EventType[]): string {
  const wanted = types.find(({ type }) => events.includes(type)) ?? types[0];
  return wanted?.type ?? events.find((each) => !each.includes("*")) ?? "";
}

function TypeField(props: {
  readonly webhook: Endpoint;
  readonly types: readonly EventType[];
  readonly type: string;
  readonly onChange: (type: string) => void;
}) {
  const { webhook, types, type, onChange } = props;
  if (types.length === 0) {
    return (
      <Field label={strings.eventType}>
        <TextInput value={type} placeholder="order.created" onChange={onChange} />
      </Field>
    );
  }
  const isWanted = ({ type: name }: EventType) =>
    webhook.events.includes("*") || webhook.events.includes(name);
  const inOrder = [...types.filter(isWanted), ...types.filter((each) => !isWanted(each))];
  return (
    <Field label={strings.eventType}>
      <Select
        value={type}
        onChange={onChange}
        choices={inOrder.map((each) => ({
          value: each.type,
          label: isWanted(each) ? each.type : each.type + strings.notSubscribed,
        }))}
      />
    </Field>
  );
}

function Result(props: {
  readonly result: TestResult;
  readonly webhook: Endpoint;
  readonly type: string;
  readonly text: string;
}) {
  const { result, webhook, type } = props;
  const { status, responseStatus, durationMs, error, deliveryId } = result;
  const [isCliCopied, copyCli] = useCopy(strings.copyCli);
  const [isSdkCopied, copySdk] = useCopy(strings.copySdk);
  const isGood = status === "delivered";
  const answer = strings.answered(
    String(responseStatus ?? result.outcome),
    sayDuration(durationMs),
  );
  const compact = JSON.stringify(parse(props.text)?.value);
  return (
    <div role="status" className="flex flex-col gap-3 border-t border-hairline pt-4">
      <p className={`flex items-center gap-2 font-medium ${isGood ? "text-ok" : "text-bad"}`}>
        <StatusGlyph name={isGood ? "check" : "cross"} />
        {error ? `${error.message} (${sayDuration(durationMs)})` : answer}
      </p>
      <div className="flex flex-wrap gap-2">
        <ButtonLink to={`${webhookPath(webhook.id)}/deliveries/${deliveryId}`}>
          {strings.openDelivery}
        </ButtonLink>
        <Button
          onClick={() =>
            void copyCli(
              `posthorn endpoints test ${webhook.id} --type ${type} --data ${quoted(compact)}`,
            )
          }
        >
          {isCliCopied ? words.copied : strings.copyCli}
        </Button>
        <Button
          onClick={() =>
            void copySdk(
              `await adminClient.webhooks.sendTest("${webhook.id}", { eventType: "${type}", data: ${compact} });`,
            )
          }
        >
          {isSdkCopied ? words.copied : strings.copySdk}
        </Button>
      </div>
    </div>
  );
}

/** In a box, because `null` is JSON, too; undefined when the text is none. */
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
