import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../ui/button.tsx";
import { useNow } from "../../ui/clock.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Chip } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import type { ApiKey } from "./calls.ts";
import { strings } from "./strings.ts";

/** The stored prefix behind dots; shown on request, copied without being shown. */
export function PrefixCell({ apiKey }: { readonly apiKey: ApiKey }) {
  const { prefix, lastFour, name } = apiKey;
  const [isShown, setShown] = useState(false);
  return (
    <span className="inline-flex items-center gap-0.5">
      <code className="text-code text-secondary">
        {isShown ? `${prefix}…${lastFour}` : "••••••••"}
      </code>
      <IconButton
        label={isShown ? strings.hidePrefix(name) : strings.showPrefix(name)}
        onClick={() => setShown(!isShown)}
      >
        <Icon of={isShown ? EyeOff : Eye} />
      </IconButton>
      <CopyButton text={prefix} name={strings.prefix} />
    </span>
  );
}

const SHOWN = 2;

export function ChipsCell({
  texts,
  none,
}: {
  readonly texts: readonly string[];
  readonly none: string;
}) {
  if (texts.length === 0) return <span className="text-secondary">{none}</span>;
  const more = texts.length - SHOWN;
  return (
    <span className="inline-flex max-w-full items-center gap-1" title={texts.join("\n")}>
      {texts.slice(0, SHOWN).map((text) => (
        <Chip key={text}>{text}</Chip>
      ))}
      {more > 0 && <span className="text-label text-muted">{strings.more(more)}</span>}
    </span>
  );
}

const WEEK_MS = 7 * 24 * 3_600_000;

export function LastUsedCell({ apiKey }: { readonly apiKey: ApiKey }) {
  const now = useNow();
  const { lastUsedAt, lastUsedAddress, createdAt } = apiKey;
  if (lastUsedAt === null) {
    const isOld = now - Date.parse(createdAt) > WEEK_MS;
    return (
      <span className="text-muted" title={isOld ? strings.unused : undefined}>
        {strings.never}
      </span>
    );
  }
  return (
    <span title={lastUsedAddress ?? undefined}>
      <Time at={lastUsedAt} />
    </span>
  );
}
