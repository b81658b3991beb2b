import { ArrowLeft, Menu as MenuIcon } from "lucide-react";
import { useEffect } from "react";
import { useMe } from "../session.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icons.tsx";
import { Logo } from "./logo.tsx";
import { strings } from "./strings.ts";

/** Instead of the top bar: the way back to the operator's product, and the navigation on phones. */
export function PortalBar({ onMenu }: { readonly onMenu: () => void }) {
  const { returnUrl } = useMe();
  return (
    <div
      className={`flex h-11 items-center gap-3 px-4 desk:px-6 ${returnUrl ? "" : "desk:hidden"}`}
    >
      <span className="-ml-2 desk:hidden">
        <IconButton label={strings.menu} onClick={onMenu}>
          <Icon of={MenuIcon} />
        </IconButton>
      </span>
      {returnUrl && (
        <a
          href={returnUrl}
          target={window.parent === window ? undefined : "_top"}
          className="inline-flex items-center gap-1.5 rounded-[3px] text-table text-secondary hover:text-text"
        >
          <Icon of={ArrowLeft} />
          {strings.back(new URL(returnUrl).host)}
        </a>
      )}
      <span className="ml-auto desk:hidden">
        <Logo className="h-6 max-w-32" />
      </span>
    </div>
  );
}

/** Tells the page around the frame how high this one is, so that it needs no scroll bar of its own. */
export function useFrameHeight(isPortal: boolean): void {
  useEffect(() => {
    if (!isPortal || window.parent === window) return;
    const tell = () => {
      const height = document.documentElement.scrollHeight;
      // A height is no secret: whoever may frame the page may know it.
      window.parent.postMessage({ type: "posthorn.height", height }, "*");
    };
    const observer = new ResizeObserver(tell);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [isPortal]);
}
