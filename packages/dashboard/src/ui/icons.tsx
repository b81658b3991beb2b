/** One line set at 16 px with a stroke of 1.5, and the status glyphs, which differ by shape and not by colour alone. */
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export function Icon({ of: Glyph }: { readonly of: LucideIcon }) {
  return <Glyph size={16} strokeWidth={1.5} aria-hidden className="shrink-0" />;
}

export type GlyphName =
  | "check"
  | "cross"
  | "retry"
  | "ring"
  | "pause"
  | "warning"
  | "slash"
  | "dot";

export function StatusGlyph({ name }: { readonly name: GlyphName }) {
  return (
    <svg
      width={14}
      height={14}
      viewBox="0 0 14 14"
      aria-hidden
      className="shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {GLYPHS[name]}
    </svg>
  );
}

const onDisc = { stroke: "var(--c-surface)" };

const GLYPHS: Readonly<Record<GlyphName, ReactNode>> = {
  check: (
    <>
      <circle cx={7} cy={7} r={6} fill="currentColor" stroke="none" />
      <path d="M4.4 7.200 6.300 9 9.700 5.200" {...onDisc} />
    </>
  ),
  cross: (
    <>
      <circle cx={7} cy={7} r={6} fill="currentColor" stroke="none" />
      <path d="m5 5 4 4m0-4-4 4" {...onDisc} />
    </>
  ),
  retry: (
    <>
      <path d="M12 7a5 5 0 1 1-1.500-3.500" />
      <path d="M12.200 1.500v2.600H9.600" />
    </>
  ),
  ring: <circle cx={7} cy={7} r={5} strokeDasharray="2.600 2.600" />,
  pause: <path d="M5 3v8M9 3v8" strokeWidth={2} />,
  warning: (
    <>
      <path d="M7 1.500 13 12.500H1z" />
      <path d="M7 5.700v3M7 10.600v.1" />
    </>
  ),
  slash: (
    <>
      <circle cx={7} cy={7} r={5.5} />
      <path d="m3.300 10.700 7.400-7.400" />
    </>
  ),
  dot: <circle cx={7} cy={7} r={3.5} fill="currentColor" stroke="none" />,
};
