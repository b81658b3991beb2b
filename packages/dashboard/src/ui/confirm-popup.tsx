import { AlertDialog as Base } from "@base-ui/react/alert-dialog";
import { useRef, useState } from "react";
import { Button } from "./button.tsx";
import type { ConfirmProps } from "./confirm-dialog.tsx";
import { DialogFoot } from "./dialog-popup.tsx";
import { ErrorState } from "./panel-state.tsx";
import { Field, TextInput } from "./field.tsx";
import { returnFocus } from "./return-focus.ts";
import { words } from "./words.ts";

/** Asks before harm. Focus is on Cancel; it stays open with the reason when the request is refused. */
export function ConfirmPopup(props: ConfirmProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Base.Root open={props.isOpen} onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          initialFocus={cancel}
          finalFocus={returnFocus}
          className="overlay fixed inset-x-4 top-[14vh] z-40 mx-auto flex max-h-[76vh] max-w-[440px] flex-col rounded-dialog border border-hairline bg-surface shadow-float outline-none"
        >
          <Question {...props} cancelRef={cancel} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Question(
  props: ConfirmProps & { readonly cancelRef: React.RefObject<HTMLButtonElement | null> },
) {
  const { cancelRef } = props;
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isTyped = props.typed === undefined || text.trim() === props.typed;
  const confirm = async () => {
    setBusy(true);
    setError(null);
    await props.onConfirm().then(props.onClose, setError);
    setBusy(false);
  };
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        if (isTyped) void confirm();
      }}
    >
      <Base.Title className="px-5 pt-4 text-[16px] font-semibold leading-6 [overflow-wrap:anywhere]">
        {props.title}
      </Base.Title>
      <div className="min-h-0 overflow-y-auto px-5 pb-4 pt-1.5 text-table">
        <Base.Description className="text-secondary" render={<div />}>
          {props.children}
        </Base.Description>
        {props.typed !== undefined && (
          <Field label={words.typeToConfirm(props.typed)} className="pt-4">
            <TextInput value={text} onChange={setText} autoComplete="off" />
          </Field>
        )}
        {error !== null && <ErrorState error={error} />}
      </div>
      <DialogFoot>
        <Button ref={cancelRef} onClick={props.onClose}>
          {words.cancel}
        </Button>
        <Button
          type="submit"
          look={props.isDanger === false ? "primary" : "danger"}
          disabled={!isTyped}
          isBusy={isBusy}
        >
          {props.action}
        </Button>
      </DialogFoot>
    </form>
  );
}
