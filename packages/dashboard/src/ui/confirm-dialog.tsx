import { lazy, Suspense, type ReactNode } from "react";
import { useWanted } from "./dialog.tsx";

const ConfirmPopup = lazy(() =>
  import("./confirm-popup.tsx").then((it) => ({ default: it.ConfirmPopup })),
);

export interface ConfirmProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** A question with the thing's name: "Delete shop.example?". */
  readonly title: string;
  /** What breaks, in numbers. */
  readonly children?: ReactNode;
  /** The verb of the button: "Delete endpoint". */
  readonly action: string;
  readonly isDanger?: boolean;
  /** Must be typed before the button works: only for what was in use lately, or for more than one thing. */
  readonly typed?: string | undefined;
  /** Rejects to keep the dialog open with the reason. */
  readonly onConfirm: () => Promise<unknown>;
}

/** Asks before harm. Focus is on Cancel; it stays open with the reason when the request is refused. */
export function ConfirmDialog(props: ConfirmProps) {
  return (
    useWanted(props.isOpen) && (
      <Suspense>
        <ConfirmPopup {...props} />
      </Suspense>
    )
  );
}
