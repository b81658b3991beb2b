import { ChevronDown, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { UrlState } from "../url-state.ts";
import { sayAbsolute } from "./clock.ts";
import { CHIP } from "./filter-chip.tsx";
import { Icon } from "./icons.tsx";
import { MenuAnchor } from "./menu-anchor.tsx";
import type { MenuChoice } from "./menu-entry.ts";
import { words } from "./words.ts";

const Choices = lazy(() => import("./menu-popup.tsx").then((it) => ({ default: it.MenuChoices })));
const TimeDialog = lazy(() =>
  import("./time-dialog.tsx").then((it) => ({ default: it.TimeDialog })),
);

const CUSTOM = "custom";
const short = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The time of a list: `since` names a span that ends now, `from` and `to` are two moments. */
export function TimeChip(props: {
  readonly title: string;
  readonly choices: readonly MenuChoice[];
  readonly state: UrlState;
  readonly onChange: (change: Record<string, string | undefined>) => void;
}) {
  const { title, choices, state, onChange } = props;
  const [isAsking, setAsking] = useState(false);
  const { since = "", from = "", to = "" } = state;
  const isCustom = from !== "" || to !== "";
  const isOn = isCustom || since !== "";
  const named = choices.find(({ value }) => value === since)?.label ?? since;
  const choose = (values: readonly string[]) => {
    const [value] = values;
    if (value === CUSTOM) return setAsking(true);
    onChange({ since: value, from: undefined, to: undefined });
  };
  return (
    <span className="inline-flex items-center">
      <MenuAnchor
        align="start"
        className={`${CHIP} ${isOn ? "rounded-r-none border-solid! bg-surface font-medium" : "text-secondary"}`}
        face={
          <>
            {isOn ? `${title}: ${isCustom ? sayRange(from, to) : named}` : title}
            <Icon of={ChevronDown} />
          </>
        }
      >
        <Choices
          choices={[...choices, { value: CUSTOM, label: words.customRange }]}
          values={isCustom ? [CUSTOM] : [since]}
          isSingle
          onChange={choose}
        />
      </MenuAnchor>
      {isOn && (
        <button
          type="button"
          aria-label={`${words.clear} ${title}`}
          onClick={() => onChange({ since: undefined, from: undefined, to: undefined })}
          className="inline-flex size-11 items-center justify-center rounded-r-control border border-l-0 border-control bg-surface text-secondary hover:bg-sunken desk:size-8"
        >
          <Icon of={X} />
        </button>
      )}
      {isAsking && (
        <Suspense>
          <TimeDialog
            from={from}
            to={to}
            onClose={() => setAsking(false)}
            onChoose={(range) => {
              onChange({ since: undefined, ...range });
              setAsking(false);
            }}
          />
        </Suspense>
      )}
    </span>
  );
}

/** In local time; `title`s of times say UTC. */
function sayRange(from: string, to: string): string {
  const say = (text: string) => {
    const at = Date.parse(text);
    return Number.isNaN(at) ? "…" : short.format(at);
  };
  return `${say(from)} – ${say(to)}`;
}

export function sayUtc(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? "" : (sayAbsolute(at).split(" · ")[1] ?? "");
}
