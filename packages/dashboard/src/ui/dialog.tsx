import { lazy, Suspense, useState, type ReactNode, type RefObject } from "react";

const DialogPopup = lazy(() =>
  import("./dialog-popup.tsx").then((it) => ({ default: it.DialogPopup })),
);
const DrawerPopup = lazy(() =>
  import("./dialog-popup.tsx").then((it) => ({ default: it.DrawerPopup })),
);

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** Asked before it closes by Esc, the cross or a click outside; return false to stay. */
  readonly onClose: () => void;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the primary one last. */
  readonly footer?: ReactNode;
  /** In pixels; 480 unless said otherwise. */
  readonly width?: 400 | 480 | 640 | 880;
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

/** Focus goes in and comes back; a full page on phones. Its code comes with the first one that opens. */
export function Dialog(props: DialogProps) {
  return (
    useWanted(props.isOpen) && (
      <Suspense>
        <DialogPopup {...props} />
      </Suspense>
    )
  );
}

/** The same from the right side, over the list that it belongs to. */
export function Drawer(props: Omit<DialogProps, "width">) {
  return (
    useWanted(props.isOpen) && (
      <Suspense>
        <DrawerPopup {...props} />
      </Suspense>
    )
  );
}

/** True from the first opening on: what was open is there still while it closes. */
export function useWanted(isOpen: boolean): boolean {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  return isOpen || wasOpen;
}
