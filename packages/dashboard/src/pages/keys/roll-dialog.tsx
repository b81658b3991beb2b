import { useState } from "react";
import { useSecretChange } from "../../secret-change.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { RadioGroup } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { rollKey, type ApiKey, type KeyRules, type NewApiKey } from "./calls.ts";
import { KeySecret } from "./key-secret.tsx";
import { strings } from "./strings.ts";

/** A new secret with the same settings, and when the old one ends. */
export function RollDialog(props: {
  readonly apiKey: ApiKey;
  readonly rules: KeyRules;
  readonly onClose: () => void;
}) {
  const { apiKey, rules, onClose } = props;
  const [ends, setEnds] = useState("24h");
  const [made, setMade] = useState<NewApiKey | null>(null);
  const roll = useSecretChange("keys", rollKey);
  if (made) return <KeySecret made={made} rules={rules} onClose={onClose} />;
  return (
    <Dialog
      title={strings.rollTitle(apiKey.name)}
      description={strings.rollText}
      isOpen
      // Whoever closes it while the request is on its way would have a secret that nobody has ever seen.
      onClose={() => roll.isPending || onClose()}
      footer={
        <>
          <Button onClick={onClose} disabled={roll.isPending}>
            {words.cancel}
          </Button>
          <Button
            look="primary"
            isBusy={roll.isPending}
            onClick={() => roll.send({ id: apiKey.id, ends }, setMade)}
          >
            {strings.rollAction}
          </Button>
        </>
      }
    >
      <RadioGroup
        legend={strings.rollWhen}
        value={ends}
        onChange={setEnds}
        choices={strings.rollChoices}
      />
      {roll.error !== null && <ErrorState error={roll.error} />}
    </Dialog>
  );
}
