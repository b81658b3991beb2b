import { lazy, Suspense, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

const MenuPopup = lazy(() => import("./menu-popup.tsx").then((it) => ({ default: it.MenuPopup })));

/**
 * A button that opens a menu. The menu's own code comes when it is first wanted: pages are there sooner without it.
 * `children` are the items; lazy ones are loaded together with it.
 */
export function MenuAnchor(props: {
  /** The name, where the face does not say it. */
  readonly label?: string;
  readonly face: ReactNode;
  readonly className: string;
  readonly align?: "start" | "end";
  readonly popupClassName?: string;
  readonly children: ReactNode;
}) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [isWanted, setWanted] = useState(false);
  const toggle = (next: boolean) => {
    setWanted(true);
    setOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    toggle(true);
  };
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-label={props.label}
        title={props.label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerEnter={() => void import("./menu-popup.tsx")}
        onClick={(event) => {
          event.stopPropagation();
          toggle(!isOpen);
        }}
        onKeyDown={onKeyDown}
        className={props.className}
      >
        {props.face}
      </button>
      {isWanted && (
        <Suspense>
          <MenuPopup
            anchor={anchor}
            isOpen={isOpen}
            onClose={() => setOpen(false)}
            align={props.align ?? "end"}
            className={props.popupClassName ?? ""}
          >
            {props.children}
          </MenuPopup>
        </Suspense>
      )}
    </>
  );
}
