import { useSingleKeys } from "./single-keys.ts";
import { words } from "./words.ts";

/** "Live ●": whether rows come by themselves; Space pauses. */
export function LiveToggle(props: {
  readonly isLive: boolean;
  readonly isConnected: boolean;
  readonly onChange: (isLive: boolean) => void;
}) {
  const { isLive, isConnected } = props;
  const toggle = () => props.onChange(!isLive);
  useSingleKeys({ " ": toggle });
  return (
    <span className="inline-flex items-center gap-2">
      {isLive && !isConnected && (
        <span className="text-label text-warn" role="status">
          {words.reconnecting}
        </span>
      )}
      <button
        type="button"
        aria-pressed={isLive}
        onClick={toggle}
        className="inline-flex h-11 items-center gap-2 rounded-control px-2.5 text-table text-secondary hover:bg-sunken desk:h-8"
      >
        {isLive ? words.live : words.livePaused}
        <span
          aria-hidden
          className={`size-2 rounded-full ${isLive && isConnected ? "bg-ok" : "border border-control"}`}
        />
      </button>
    </span>
  );
}

/** "12 new deliveries": what has come while the list was read further down. */
export function NewRowsPill(props: { readonly text: string; readonly onShow: () => void }) {
  return (
    <div className="sticky top-[calc(var(--header-height)+44px)] z-20 flex h-0 justify-center">
      <button
        type="button"
        onClick={props.onShow}
        className="h-7 rounded-full border border-hairline bg-surface px-3 text-label font-medium text-accent shadow-float"
      >
        {props.text}
      </button>
    </div>
  );
}
