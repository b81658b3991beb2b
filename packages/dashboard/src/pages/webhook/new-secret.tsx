import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { RadioGroup } from "../../ui/field.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { useDeliveryChange } from "../deliveries/calls.ts";
import { useCatalogue } from "../event-types/calls.ts";
import {
  promoteSecret,
  sendTest,
  setOverlap,
  useEndpointChange,
  type EndpointRules,
  type TestResult,
  type Webhook,
} from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";
import { strings } from "./strings.ts";
import { firstType, testTypes } from "./test-type.ts";

type Endpoint = Pick<
  Webhook,
  "id" | "url" | "events" | "hasNextSecret" | "previousSecretExpiresAt"
>;

/** Whether a receiver knows the new secret, and the step that this makes safe. */
export function NewSecretDialog(props: {
  readonly webhook: Endpoint;
  readonly onClose: () => void;
}) {
  const { webhook, onClose } = props;
  const { data: catalogue } = useCatalogue();
  const send = useDeliveryChange(sendTest);
  const isAccepted = send.data?.status === "delivered";
  const test = () => {
    const eventType = firstType(webhook, testTypes(webhook, catalogue));
    send.mutate({ id: webhook.id, eventType, data: undefined, signWith: "newest" });
  };
  return (
    <Dialog
      title={dialogStrings.tryNewTitle}
      description={<span className="break-all">{webhook.url}</span>}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button
            look={isAccepted ? "secondary" : "primary"}
            onClick={test}
            isBusy={send.isPending}
            disabled={catalogue === undefined}
          >
            {send.data ? dialogStrings.sendAgain : dialogStrings.send}
          </Button>
          {isAccepted && <FinishButton webhook={webhook} onDone={onClose} />}
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-secondary">{dialogStrings.tryNewText}</p>
        <div role="status" className="min-h-10">
          {send.error && <ErrorState error={send.error} />}
          {send.data && <Answer result={send.data} />}
        </div>
      </div>
    </Dialog>
  );
}

function Answer({ result }: { readonly result: TestResult }) {
  const { status, responseStatus, durationMs, error } = result;
  const isGood = status === "delivered";
  const said = responseStatus === null ? (error?.message ?? "") : "";
  return (
    <>
      <p className={`flex items-center gap-2 font-medium ${isGood ? "text-ok" : "text-bad"}`}>
        <StatusGlyph name={isGood ? "check" : "cross"} />
        {isGood ? dialogStrings.newAccepted : dialogStrings.newRefused}
      </p>
      <p className="pl-[22px] text-secondary">
        {said === ""
          ? dialogStrings.answered(String(responseStatus), sayDuration(durationMs))
          : said}
      </p>
    </>
  );
}

/** What ends a roll once the receiver knows the new secret: the old one goes. */
function FinishButton(props: { readonly webhook: Endpoint; readonly onDone: () => void }) {
  const { id, hasNextSecret, previousSecretExpiresAt } = props.webhook;
  const promote = useEndpointChange(promoteSecret);
  const overlap = useEndpointChange(setOverlap);
  // By promise: when the roll is over, what this button stands in goes away, and its callbacks with it.
  const finish = (change: Promise<unknown>, text: string) =>
    void change
      .then(() => {
        toast({ text });
        props.onDone();
      })
      .catch(toastRefusal);
  if (hasNextSecret) {
    return (
      <Button
        look="primary"
        isBusy={promote.isPending}
        onClick={() => finish(promote.mutateAsync(id), strings.switched)}
      >
        {strings.switchSecret}
      </Button>
    );
  }
  if (previousSecretExpiresAt === null) return null;
  const end = { id, previousExpiresIn: "0s" };
  return (
    <Button
      look="primary"
      isBusy={overlap.isPending}
      onClick={() => finish(overlap.mutateAsync(end), dialogStrings.overlapEnded)}
    >
      {strings.endOverlap}
    </Button>
  );
}

export function EndOverlapDialog(props: {
  readonly webhook: Pick<Webhook, "id">;
  readonly onClose: () => void;
}) {
  const overlap = useEndpointChange(setOverlap);
  return (
    <ConfirmDialog
      isOpen
      onClose={props.onClose}
      title={dialogStrings.endTitle}
      action={strings.endOverlap}
      onConfirm={async () => {
        await overlap.mutateAsync({ id: props.webhook.id, previousExpiresIn: "0s" });
        toast({ text: dialogStrings.overlapEnded });
      }}
    >
      {dialogStrings.endText}
    </ConfirmDialog>
  );
}

export function ExtendDialog(props: {
  readonly webhook: Webhook;
  readonly rules: EndpointRules;
  readonly onClose: () => void;
}) {
  const { webhook, rules, onClose } = props;
  const roll = rules.wireFormats.find(({ id }) => id === webhook.wireFormat)?.secret.roll;
  const choices = (roll?.choices ?? []).filter((seconds) => seconds > 0);
  const [seconds, setSeconds] = useState(String(choices.at(-1) ?? roll?.overlapSeconds ?? 0));
  const overlap = useEndpointChange(setOverlap);
  const extend = () =>
    overlap.mutate(
      { id: webhook.id, previousExpiresIn: `${seconds}s` },
      {
        onSuccess: () => {
          toast({ text: dialogStrings.extended });
          onClose();
        },
      },
    );
  return (
    <Dialog
      title={dialogStrings.extendTitle}
      description={dialogStrings.extendText}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="primary" isBusy={overlap.isPending} onClick={extend}>
            {words.save}
          </Button>
        </>
      }
    >
      <RadioGroup
        legend={dialogStrings.extendWhen}
        value={seconds}
        onChange={setSeconds}
        choices={choices.map((choice) => ({
          value: String(choice),
          label: dialogStrings.after(sayDuration(choice * 1000)),
        }))}
      />
      {overlap.error && <ErrorState error={overlap.error} />}
    </Dialog>
  );
}
