import { Popover } from "@base-ui/react/popover";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RefObject } from "react";
import type { Notice } from "@posthorn/sdk";
import { post } from "../api.ts";
import { Button } from "../ui/button.tsx";
import { StatusGlyph } from "../ui/icons.tsx";
import { ErrorState } from "../ui/panel-state.tsx";
import { Time } from "../ui/time.tsx";
import { bellStrings } from "./bell-strings.ts";

interface BellPopupProps {
  /** The bell. */
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly isOpen: boolean;
  readonly rows: readonly Notice[];
  readonly unread: number;
  readonly error: unknown;
  readonly onClose: () => void;
}

export function BellPopup(props: BellPopupProps) {
  const { anchor, isOpen, onClose } = props;
  const onOpenChange = (isNext: boolean, { event }: { readonly event: Event }) => {
    // A press on the bell closes by the bell's own click; closing here, too, would open it again.
    const isOnBell = event.target instanceof Node && anchor.current?.contains(event.target);
    if (!isNext && !(isOnBell && event.type.startsWith("pointer"))) onClose();
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={onOpenChange}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} sideOffset={6} align="end" className="z-40">
          <Popover.Popup
            finalFocus={anchor}
            className="overlay flex max-h-[70vh] w-[min(400px,calc(100vw-24px))] flex-col overflow-hidden rounded-dialog border border-hairline bg-surface shadow-float outline-none"
          >
            <Notices {...props} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Notices(props: BellPopupProps) {
  const client = useQueryClient();
  const markAll = useMutation({
    mutationFn: () => post("/api/notices/mark-all-read"),
    onSettled: () => client.invalidateQueries({ queryKey: ["notices"] }),
  });
  return (
    <>
      <div className="flex items-center justify-between gap-3 border-b border-hairline py-1.5 pl-4 pr-2">
        <Popover.Title className="text-table font-semibold">{bellStrings.title}</Popover.Title>
        {props.unread > 0 && (
          <Button look="quiet" onClick={() => markAll.mutate()} isBusy={markAll.isPending}>
            {bellStrings.markAll}
          </Button>
        )}
      </div>
      <div className="overflow-y-auto">
        {props.error !== null && props.error !== undefined && <ErrorState error={props.error} />}
        {props.rows.length === 0 && (
          <p className="px-4 py-8 text-center text-table text-secondary">{bellStrings.empty}</p>
        )}
        <ul>
          {props.rows.map((notice) => (
            <NoticeItem key={notice.id} notice={notice} onOpen={props.onClose} />
          ))}
        </ul>
      </div>
    </>
  );
}

function NoticeItem(props: { readonly notice: Notice; readonly onOpen: () => void }) {
  const { notice } = props;
  const { id, origin, lastAt, readAt, resolvedAt, endsAt } = notice;
  const client = useQueryClient();
  const markRead = useMutation({
    mutationFn: () => post(`/api/notices/${id}/mark-read`),
    onSettled: () => client.invalidateQueries({ queryKey: ["notices"] }),
  });
  const open = () => {
    if (readAt === null) markRead.mutate();
    props.onOpen();
  };
  const isOver = resolvedAt !== null;
  return (
    <li className={`border-b border-hairline ${readAt === null ? "bg-info-tint" : ""}`}>
      <Link
        to={pathOf(notice)}
        onClick={open}
        className="flex gap-3 px-4 py-2.5 text-table outline-offset-[-2px] hover:bg-sunken"
      >
        <span className={`pt-[3px] ${isOver ? "text-ok" : toneOf(notice)}`}>
          <StatusGlyph name={isOver ? "check" : "warning"} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{titleOf(notice)}</span>
          <span className="block truncate text-secondary">{notice.description || origin}</span>
          <span className="block text-label text-muted">
            <Time at={lastAt} />
            {endsAt !== null && !isOver && (
              <>
                {` · ${hasEnded(notice) ? bellStrings.ended : bellStrings.ends} `}
                <Time at={endsAt} />
              </>
            )}
            {notice.deliveryCount > 0 && ` · ${bellStrings.deliveries(notice.deliveryCount)}`}
            {isOver && ` · ${bellStrings.over}`}
          </span>
        </span>
      </Link>
    </li>
  );
}

/** Nothing is broken by a deprecation, and there is time. */
function toneOf({ kind }: Notice): string {
  return kind === "event-type.deprecated" ? "text-warn" : "text-bad";
}

function hasEnded({ endsAt }: Notice): boolean {
  return endsAt !== null && Date.parse(endsAt) <= Date.now();
}

function titleOf(notice: Notice): string {
  const isExpired = notice.kind === "key.expiring" && hasEnded(notice);
  return isExpired ? bellStrings.keyExpired : bellStrings.kinds[notice.kind];
}

/** Where something can be done about it. */
function pathOf({ endpointId, keyId, eventType }: Notice): string {
  if (keyId !== null) return `/settings/integrations/api/${keyId}`;
  if (eventType !== null) {
    return `/settings/integrations/events?${new URLSearchParams({ type: eventType })}`;
  }
  return `/settings/integrations/webhooks/${endpointId}`;
}
