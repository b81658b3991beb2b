import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useSecretChange } from "../../secret-change.ts";
import { useLabel } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { hasFieldProblems } from "../../ui/field.tsx";
import { words } from "../../ui/words.ts";
import { createEndpoint, webhookPath, type EndpointRules, type NewWebhook } from "./calls.ts";
import { bodyOf, emptyDraft, filterOf } from "./endpoint-draft.ts";
import { EndpointForm } from "./endpoint-form.tsx";
import { EndpointSecret } from "./endpoint-secret.tsx";
import { formStrings } from "./form-strings.ts";
import { strings } from "./strings.ts";
import { TestDialog } from "./test-dialog.tsx";

/** The form, then in its place the secret, from where the first test event is one click away. */
export function NewEndpointDialog(props: {
  readonly rules: EndpointRules;
  readonly onClose: () => void;
}) {
  const { rules, onClose } = props;
  const label = useLabel("createEndpoint", formStrings.add);
  const [draft, setDraft] = useState(emptyDraft(rules));
  const [made, setMade] = useState<NewWebhook | null>(null);
  const create = useSecretChange("webhooks", createEndpoint);
  if (made) return <Made made={made} onClose={onClose} />;
  return (
    <Dialog
      title={label}
      width={640}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            type="submit"
            form={FORM}
            look="primary"
            isBusy={create.isPending}
            disabled={filterOf(draft) === undefined}
          >
            {label}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        onSubmit={(event) => {
          event.preventDefault();
          create.send(bodyOf(draft), setMade);
        }}
      >
        <EndpointForm
          rules={rules}
          draft={draft}
          onChange={(change) => setDraft((old) => ({ ...old, ...change }))}
          error={create.error}
          isNew
        />
        {create.error !== null && !hasFieldProblems(create.error) && (
          <ErrorState error={create.error} />
        )}
      </form>
    </Dialog>
  );
}

const FORM = "new-endpoint";

function Made({ made, onClose }: { readonly made: NewWebhook; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [isTesting, setTesting] = useState(false);
  if (isTesting) return <TestDialog webhook={made} onClose={onClose} />;
  return (
    <EndpointSecret
      webhook={made}
      secret={made.secret}
      isOnce={false}
      onClose={onClose}
      more={
        <>
          <Button onClick={() => void navigate({ to: webhookPath(made.id) })}>
            {formStrings.view}
          </Button>
          <Button onClick={() => setTesting(true)}>{strings.sendTest}</Button>
        </>
      }
    />
  );
}
