import { useState } from "react";
import { useLabel } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { RadioGroup } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import {
  rollSecret,
  useEndpointChange,
  type EndpointRules,
  type RolledSecret,
  type Webhook,
} from "./calls.ts";
import { EndpointSecret } from "./endpoint-secret.tsx";
import { strings } from "./strings.ts";

const TEXTS = {
  immediate: strings.rollImmediate,
  overlap: strings.rollOverlap,
  staged: strings.rollStaged,
};

/** What rolling means depends on the wire format: at once, side by side for a while, or prepared. */
export function RollDialog(props: {
  readonly webhook: Webhook;
  readonly rules: EndpointRules;
  readonly onClose: () => void;
}) {
  const { webhook, rules, onClose } = props;
  const label = useLabel("roll", strings.rollAction);
  const rule = rules.wireFormats.find(({ id }) => id === webhook.wireFormat)?.secret.roll;
  const [seconds, setSeconds] = useState(String(rule?.overlapSeconds ?? 0));
  const [rolled, setRolled] = useState<RolledSecret | null>(null);
  const roll = useEndpointChange(rollSecret);
  const mode = rule?.mode ?? "immediate";
  if (rolled) {
    return (
      <EndpointSecret webhook={rolled} secret={rolled.secret} isOnce={false} onClose={onClose} />
    );
  }
  const asked =
    mode === "overlap"
      ? { id: webhook.id, previousExpiresIn: Number(seconds) }
      : { id: webhook.id };
  return (
    <Dialog
      title={strings.rollTitle}
      description={TEXTS[mode]}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look={mode === "immediate" ? "danger" : "primary"}
            isBusy={roll.isPending}
            onClick={() => roll.mutate(asked, { onSuccess: setRolled })}
          >
            {label}
          </Button>
        </>
      }
    >
      {mode === "overlap" && (
        <RadioGroup
          legend={strings.rollWhen}
          value={seconds}
          onChange={setSeconds}
          choices={(rule?.choices ?? []).map((choice) => ({
            value: String(choice),
            label: choice === 0 ? strings.now : strings.after(sayDuration(choice * 1000)),
          }))}
        />
      )}
      {roll.error && <ErrorState error={roll.error} />}
    </Dialog>
  );
}
