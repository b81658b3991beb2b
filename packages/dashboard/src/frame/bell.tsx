import { useQuery } from "@tanstack/react-query";
import { Bell as BellIcon } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { Notice } from "@posthorn/sdk";
import { read, type Page } from "../api.ts";
import { gateOf, useMe } from "../session.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icons.tsx";
import { bellStrings } from "./bell-strings.ts";

const BellPopup = lazy(() => import("./bell-popup.tsx").then((it) => ({ default: it.BellPopup })));

const SHOWN = 20;

/** What needs somebody's attention: unread until it is opened, and again when more of it happens. */
export function Bell() {
  const me = useMe();
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  // The list's own code comes when it is first wanted: every page is there sooner without it.
  const [isWanted, setWanted] = useState(false);
  const isAsked = me.organization !== null && gateOf(me, "webhooks").allowed;
  const notices = useQuery({
    queryKey: ["notices", "list-of-bell"],
    queryFn: ({ signal }) => read<Page<Notice>>("/api/notices", { limit: SHOWN }, signal),
    enabled: isAsked,
    staleTime: 30_000,
  });
  if (!isAsked) return null;
  const rows = notices.data?.data ?? [];
  const unread = rows.filter(({ readAt }) => readAt === null).length;
  const toggle = () => {
    setWanted(true);
    setOpen(!isOpen);
  };
  return (
    <>
      <IconButton
        ref={anchor}
        label={bellStrings.open(unread)}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={() => void import("./bell-popup.tsx")}
        onClick={toggle}
        className="relative"
      >
        <Icon of={BellIcon} />
        {unread > 0 && (
          <span
            aria-hidden
            className="absolute right-0 top-0 min-w-4 rounded-full bg-bad px-1 text-center text-[10px] leading-4 text-surface max-desk:right-1.5 max-desk:top-1.5"
          >
            {unread}
          </span>
        )}
      </IconButton>
      {isWanted && (
        <Suspense>
          <BellPopup
            anchor={anchor}
            isOpen={isOpen}
            rows={rows}
            unread={unread}
            error={notices.error}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
