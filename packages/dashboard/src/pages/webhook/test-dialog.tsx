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
import { Tabs } from "../../ui/tabs.tsx";
import { useSubmitKey } from "../../ui/submit-key.ts";
import { words } from "../../ui/words.ts";
import { useDeliveryChange } from "../deliveries/calls.ts";
import { useCatalogue, type EventType } from "../event-types/calls.ts";
import { sendTest, webhookPath, type TestPreview, type TestResult, type Webhook } from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";
import { Misfits, TestPreviewPanel, usePreviewOf } from "./test-preview.tsx";
import { firstType, testTypes } from "./test-type.ts";

type Endpoint = Pick<Webhook, "id" | "url" | "events">;

/** A signed test event: its type, its data from the catalogue's example, and what the receiver said. */
export function TestDialog(props: { readonly webhook: Endpoint; readonly onClose: () => void }) {
  const { webhook, onClose } = props;
  const { data: catalogue } = useCatalogue();
  const types = testTypes(webhook, catalogue);
  const [chosen, setChosen] = useState<string | null>(null);
  const [edited, setEdited] = useState<string | null>(null);
  const type = chosen ?? firstType(webhook, types);
  const example = types.find((each) => each.type === type)?.example.data ?? {};
  const text = edited ?? JSON.stringify(example, null, 2);
  const data = parse(text);
  const asked =
    data === undefined || type === "" || catalogue === undefined
      ? null
      : { id: webhook.id, eventType: type, data: data.value };
  const preview = usePreviewOf(asked);
  const send = useDeliveryChange(sendTest);
  const submit = () => {
    if (asked && !send.isPending) send.mutate(asked);
  };
  useSubmitKey(submit);
  return (
    <Dialog
      title={dialogStrings.testTitle}
      description={<span className="break-all">{webhook.url}</span>}
      width={640}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button look="primary" onClick={submit} isBusy={send.isPending} disabled={asked === null}>
            {send.data ? dialogStrings.sendAgain : dialogStrings.send}
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
        <DataTabs
          text={text}
          isEdited={edited !== null}
          preview={asked ? preview.data : undefined}
          error={preview.error}
          onChange={setEdited}
        />
        {send.error && <ErrorState error={send.error} />}
        {send.data && <Result result={send.data} webhook={webhook} type={type} text={text} />}
      </div>
    </Dialog>
  );
}

/** The data as it is written, and the request that it becomes. */
function DataTabs(props: {
  readonly text: string;
  readonly isEdited: boolean;
  readonly preview: TestPreview | undefined;
  readonly error: Error | null;
  /** Null: back to the example. */
  readonly onChange: (text: string | null) => void;
}) {
  const { preview, onChange } = props;
  const [view, setView] = useState("edit");
  return (
    <Tabs label={dialogStrings.testViews} tabs={TABS} value={view} onChange={setView}>
      {view === "preview" ? (
        <TestPreviewPanel preview={preview} error={props.error} />
      ) : (
        <div className="flex flex-col gap-1 pt-3">
          <PayloadEditor label={dialogStrings.data} value={props.text} onChange={onChange} />
          <Misfits preview={preview} />
          <div className="flex min-h-8 flex-wrap items-center justify-between gap-2">
            <p className="text-label text-muted">{dialogStrings.testHint}</p>
            {props.isEdited && (
              <Button look="quiet" onClick={() => onChange(null)}>
                {dialogStrings.reset}
              </Button>
            )}
          </div>
        </div>
      )}
    </Tabs>
  );
}

const TABS = [
  { value: "edit", title: dialogStrings.testTabs.edit },
  { value: "preview", title: dialogStrings.testTabs.preview },
];

function TypeField(props: {
  readonly webhook: Endpoint;
  readonly types: readonly EventType[];
  readonly type: string;
  readonly onChange: (type: string) => void;
}) {
  const { webhook, types, type, onChange } = props;
  if (types.length === 0) {
    return (
      <Field label={dialogStrings.eventType}>
        <TextInput value={type} placeholder="order.created" onChange={onChange} />
      </Field>
    );
  }
  const isWanted = ({ type: name }: EventType) =>
    webhook.events.includes("*") || webhook.events.includes(name);
  const inOrder = [...types.filter(isWanted), ...types.filter((each) => !isWanted(each))];
  return (
    <Field label={dialogStrings.eventType}>
      <Select
        value={type}
        onChange={onChange}
        choices={inOrder.map((each) => ({
          value: each.type,
          label: isWanted(each) ? each.type : each.type + dialogStrings.notSubscribed,
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
  const [isCliCopied, copyCli] = useCopy(dialogStrings.copyCli);
  const [isSdkCopied, copySdk] = useCopy(dialogStrings.copySdk);
  const isGood = status === "delivered";
  const answer = dialogStrings.answered(
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
          {dialogStrings.openDelivery}
        </ButtonLink>
        <Button
          onClick={() =>
            void copyCli(
              `posthorn endpoints test ${webhook.id} --type ${type} --data ${quoted(compact)}`,
            )
          }
        >
          {isCliCopied ? words.copied : dialogStrings.copyCli}
        </Button>
        <Button
          onClick={() =>
            void copySdk(
              `await adminClient.webhooks.sendTest("${webhook.id}", { eventType: "${type}", data: ${compact} });`,
            )
          }
        >
          {isSdkCopied ? words.copied : dialogStrings.copySdk}
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
