import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import type { DialogProps } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { returnFocus } from "./return-focus.ts";
import { words } from "./words.ts";

const WIDTHS = {
  400: "desk:max-w-[400px]",
  480: "desk:max-w-[480px]",
  640: "desk:max-w-[640px]",
  880: "desk:max-w-[880px]",
};

/** Focus goes in and comes back; a full page on phones. */
export function DialogPopup(props: DialogProps) {
  return (
    <Base.Root open={props.isOpen} onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          finalFocus={returnFocus}
          {...(props.initialFocus ? { initialFocus: props.initialFocus } : {})}
          className={
            "overlay fixed inset-0 z-40 flex flex-col bg-surface outline-none desk:inset-auto desk:left-1/2 desk:top-[12vh] " +
            "desk:max-h-[80vh] desk:w-[calc(100vw-48px)] desk:-translate-x-1/2 desk:rounded-dialog desk:border desk:border-hairline " +
            `desk:shadow-float ${WIDTHS[props.width ?? 480]}`
          }
        >
          <DialogHead {...props} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5 text-table">
            {props.children}
          </div>
          {props.footer && <DialogFoot>{props.footer}</DialogFoot>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The same from the right side, over the list that it belongs to. */
export function DrawerPopup(props: Omit<DialogProps, "width">) {
  return (
    <Base.Root open={props.isOpen} onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop fixed inset-0 z-40 bg-black/30" />
        <Base.Popup
          finalFocus={returnFocus}
          className="overlay drawer fixed inset-y-0 right-0 z-40 flex w-full flex-col border-l border-hairline bg-surface shadow-float outline-none desk:max-w-[640px]"
        >
          <DialogHead {...props} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5 text-table">
            {props.children}
          </div>
          {props.footer && <DialogFoot>{props.footer}</DialogFoot>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function DialogHead({ title, description }: DialogProps) {
  return (
    <div className="flex items-start justify-between gap-4 px-5 pb-3 pt-4">
      <div className="min-w-0">
        <Base.Title className="text-[16px] font-semibold leading-6">{title}</Base.Title>
        {description && (
          <Base.Description className="pt-1 text-table text-secondary" render={<div />}>
            {description}
          </Base.Description>
        )}
      </div>
      <Base.Close
        aria-label={words.close}
        className="-mr-1.5 inline-flex size-11 shrink-0 items-center justify-center rounded-control text-secondary hover:bg-sunken desk:size-7"
      >
        <Icon of={X} />
      </Base.Close>
    </div>
  );
}

export function DialogFoot({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex flex-wrap justify-end gap-2 border-t border-hairline px-5 py-3 max-desk:*:flex-1">
      {children}
    </div>
  );
}
