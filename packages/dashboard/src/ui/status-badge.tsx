import { StatusGlyph, type GlyphName } from "./icons.tsx";

type Verdict = "ok" | "warn" | "bad" | "info" | "muted";

/** The words of statuses are the same in pages, API and command line; colour and shape go with the word. */
const LOOKS: Readonly<Record<string, readonly [Verdict, GlyphName]>> = {
  active: ["ok", "check"],
  failing: ["bad", "warning"],
  paused: ["warn", "pause"],
  disabled: ["muted", "slash"],
  pending: ["info", "ring"],
  sending: ["info", "ring"],
  retrying: ["warn", "retry"],
  held: ["warn", "pause"],
  delivered: ["ok", "check"],
  failed: ["bad", "cross"],
  cancelled: ["muted", "slash"],
  expired: ["muted", "slash"],
  revoked: ["muted", "cross"],
  running: ["info", "ring"],
  draining: ["warn", "retry"],
  drained: ["muted", "pause"],
  done: ["ok", "check"],
  finished: ["ok", "check"],
  "not connected": ["muted", "ring"],
  connected: ["ok", "check"],
  "needs attention": ["warn", "warning"],
  allowed: ["ok", "check"],
  refused: ["bad", "cross"],
  verified: ["ok", "check"],
  invited: ["info", "ring"],
};

const COLOURS: Readonly<Record<Verdict, string>> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  muted: "text-muted",
};

const TINTS: Readonly<Record<Verdict, string>> = {
  ok: "bg-ok-tint",
  warn: "bg-warn-tint",
  bad: "bg-bad-tint",
  info: "bg-info-tint",
  muted: "bg-sunken",
};

/** Icon and word; `tinted` on its ground where it stands alone, as in a page's header. */
export function StatusBadge(props: {
  readonly status: string;
  /** Another word than the status itself, for example with a time. */
  readonly text?: string;
  readonly tinted?: boolean;
}) {
  const [verdict, glyph] = LOOKS[props.status] ?? ["muted", "dot"];
  const ground = props.tinted ? `rounded-control px-2 py-0.5 ${TINTS[verdict]}` : "";
  return (
    <span
      className={`inline-flex items-center gap-1.5 align-middle whitespace-nowrap font-medium ${COLOURS[verdict]} ${ground}`}
    >
      <StatusGlyph name={glyph} />
      {props.text ?? props.status}
    </span>
  );
}

/** A short fact in a frame; environment, scope, format. Never the only carrier of a verdict. */
export function Chip({ children, title }: { readonly children: string; readonly title?: string }) {
  return (
    <span
      title={title}
      className="inline-block max-w-56 truncate rounded-[4px] border border-hairline bg-sunken px-1.5 align-middle text-label text-secondary"
    >
      {children}
    </span>
  );
}
