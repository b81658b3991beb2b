import { useState } from "react";
import { useLabel } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { useKeyRules } from "./calls.ts";
import { strings } from "./strings.ts";

const NewKeyDialog = lazyPart(() => import("./new-key-dialog.tsx").then((it) => it.NewKeyDialog));

/** The button that makes a key, with its dialog. */
export function NewKeyButton() {
  const label = useLabel("createKey", strings.create);
  const rules = useKeyRules();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" disabled={!rules} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {isOpen && rules && (
        <NewKeyDialog rules={rules} otherNames={NONE} onClose={() => setOpen(false)} />
      )}
    </>
  );
}

const NONE: ReadonlySet<string> = new Set();
