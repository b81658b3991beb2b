import { Popover } from "@base-ui/react/popover";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell as BellIcon } from "lucide-react";
import { useState } from "react";
import type { Notice } from "@posthorn/sdk";
import { post, read, type Page } from "../api.ts";
import { gateOf, useMe } from "../session.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Icon, StatusGlyph } from "../ui/icons.tsx";
import { ErrorState } from "../ui/panel-state.tsx";
import { Time } from "../ui/time.tsx";
import { bellStrings } from "./bell-strings.ts";

const SHOWN = 20;

/** What needs somebody's attention: unread until it is opened, and again when more of it happens. */
export function Bell() {
  const me = useMe();
  const [isOpen, setOpen] = useState(false);
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
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        render={
          <IconButton label={bellStrings.open(unread)} className="relative">
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
        }
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-40">
          <Popover.Popup className="overlay flex max-h-[70vh] w-[min(400px,calc(100vw-24px))] flex-col overflow-hidden rounded-dialog border border-hairline bg-surface shadow-float outline-none">
            <Notices
              rows={rows}
              unread={unread}
              error={notices.error}
              onClose={() => setOpen(false)}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Notices(props: {
  readonly rows: readonly Notice[];
  readonly unread: number;
  readonly error: unknown;
  readonly onClose: () => void;
}) {
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
  const { id, kind, endpointId, origin, lastAt, readAt, resolvedAt } = notice;
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
        to={`/settings/integrations/webhooks/${endpointId}`}
        onClick={open}
        className="flex gap-3 px-4 py-2.5 text-table outline-offset-[-2px] hover:bg-sunken"
      >
        <span className={`pt-[3px] ${isOver ? "text-ok" : "text-bad"}`}>
          <StatusGlyph name={isOver ? "check" : "warning"} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{bellStrings.kinds[kind]}</span>
          <span className="block truncate text-secondary">{notice.description || origin}</span>
          <span className="block text-label text-muted">
            <Time at={lastAt} />
            {notice.deliveryCount > 0 && ` · ${bellStrings.deliveries(notice.deliveryCount)}`}
            {isOver && ` · ${bellStrings.over}`}
          </span>
        </span>
      </Link>
    </li>
  );
}
