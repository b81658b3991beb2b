import { useState } from "react";
import { useSecretChange } from "../../secret-change.ts";
import { useLabel } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { RadioGroup } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { rollSecret, type EndpointRules, type RolledSecret, type Webhook } from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";
import { EndpointSecret } from "./endpoint-secret.tsx";
import { NewSecretDialog } from "./new-secret.tsx";
import { strings } from "./strings.ts";

const TEXTS = {
  immediate: dialogStrings.rollImmediate,
  overlap: dialogStrings.rollOverlap,
  staged: dialogStrings.rollStaged,
};

/** What rolling means depends on the wire format: at once, side by side for a while, or prepared. */
export function RollDialog(props: {
  readonly webhook: Webhook;
  readonly rules: EndpointRules;
  readonly onClose: () => void;
}) {
  const { webhook, rules, onClose } = props;
  const label = useLabel("roll", dialogStrings.rollAction);
  const rule = rules.wireFormats.find(({ id }) => id === webhook.wireFormat)?.secret.roll;
  const [seconds, setSeconds] = useState(String(rule?.overlapSeconds ?? 0));
  const [rolled, setRolled] = useState<RolledSecret | null>(null);
  const roll = useSecretChange("webhooks", rollSecret);
  const mode = rule?.mode ?? "immediate";
  const [isTrying, setTrying] = useState(false);
  if (rolled && isTrying) return <NewSecretDialog webhook={rolled} onClose={onClose} />;
  if (rolled) {
    return (
      <EndpointSecret
        webhook={rolled}
        secret={rolled.secret}
        isOnce={false}
        onClose={onClose}
        more={<Button onClick={() => setTrying(true)}>{strings.tryNew}</Button>}
      />
    );
  }
  const asked =
    mode === "overlap"
      ? { id: webhook.id, previousExpiresIn: Number(seconds) }
      : { id: webhook.id };
  return (
    <Dialog
      title={dialogStrings.rollTitle}
      description={TEXTS[mode]}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look={mode === "immediate" ? "danger" : "primary"}
            isBusy={roll.isPending}
            onClick={() => roll.send(asked, setRolled)}
          >
            {label}
          </Button>
        </>
      }
    >
      {mode === "overlap" && (
        <RadioGroup
          legend={dialogStrings.rollWhen}
          value={seconds}
          onChange={setSeconds}
          choices={(rule?.choices ?? []).map((choice) => ({
            value: String(choice),
            label:
              choice === 0 ? dialogStrings.now : dialogStrings.after(sayDuration(choice * 1000)),
          }))}
        />
      )}
      {roll.error !== null && <ErrorState error={roll.error} />}
    </Dialog>
  );
}
