import { useState } from "react";
import { useLabel } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { useEndpointRules } from "./calls.ts";
import { NewEndpointDialog } from "./dialogs.ts";
import { formStrings } from "./form-strings.ts";

/** The primary button of lists of webhooks, and its dialog; `c` presses it. */
export function NewEndpointButton({ isPrimary = true }: { readonly isPrimary?: boolean }) {
  const label = useLabel("createEndpoint", formStrings.add);
  const rules = useEndpointRules();
  const [isOpen, setOpen] = useState(false);
  useSingleKeys(isPrimary ? { c: () => setOpen(true) } : {});
  return (
    <>
      <Button
        look={isPrimary ? "primary" : "secondary"}
        disabled={!rules}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {isOpen && rules && <NewEndpointDialog rules={rules} onClose={() => setOpen(false)} />}
    </>
  );
}
