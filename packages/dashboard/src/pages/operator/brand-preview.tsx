import { ArrowLeft } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { strings } from "./branding-strings.ts";
import { readTokens, type ThemeName } from "./theme-tokens.ts";

export interface Brand {
  readonly productName: string | null;
  /** Of each theme; null is the product's own. */
  readonly accents: Readonly<Record<ThemeName, string | null>>;
  readonly logo: string | null;
}

/** A portal as customers would see it, in both themes, before anything is saved. */
export function BrandPreview({ brand }: { readonly brand: Brand }) {
  return (
    <section aria-labelledby="brand-preview" className="min-w-0">
      <h3 id="brand-preview" className="text-table font-semibold">
        {strings.preview}
      </h3>
      <p className="pb-2 text-label text-secondary">{strings.previewText}</p>
      <div className="grid gap-4 desk:grid-cols-2">
        <Sample theme="light" brand={brand} />
        <Sample theme="dark" brand={brand} />
      </div>
    </section>
  );
}

function Sample({ theme, brand }: { readonly theme: ThemeName; readonly brand: Brand }) {
  const frame = useRef<HTMLDivElement>(null);
  const accent = brand.accents[theme];
  useLayoutEffect(() => {
    const style = frame.current?.style;
    if (!style) return;
    for (const [name, value] of readTokens(theme)) style.setProperty(name, value);
    if (accent !== null) style.setProperty("--c-accent", accent);
    style.setProperty("color-scheme", theme);
  }, [theme, accent]);
  return (
    <figure className="min-w-0">
      <div
        ref={frame}
        inert
        data-preview={theme}
        className="flex overflow-hidden rounded-dialog border border-hairline bg-page text-text"
      >
        <div className="flex w-36 shrink-0 flex-col gap-3 border-r border-hairline p-3">
          {brand.logo === null ? (
            <span className="truncate text-table font-semibold">{brand.productName}</span>
          ) : (
            <img src={brand.logo} alt="" className="h-6 max-w-full object-contain object-left" />
          )}
          <ul className="text-table text-secondary">
            {strings.previewPages.map((title, index) => (
              <li
                key={title}
                className={`rounded-control px-2 py-1 ${index === 0 ? "bg-sunken font-medium text-text" : ""}`}
              >
                {title}
              </li>
            ))}
          </ul>
        </div>
        <div className="flex min-w-0 flex-1 flex-col gap-3 p-3">
          <span className="flex items-center gap-1.5 text-label text-secondary">
            <Icon of={ArrowLeft} />
            {strings.previewBack}
          </span>
          <span className="text-[16px] font-semibold">{strings.previewPages[0]}</span>
          <span className={buttonClass("primary", "self-start")}>{strings.previewAdd}</span>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-control border border-hairline bg-surface px-2 py-1.5 text-table">
            <span className="min-w-0 flex-1 truncate">{strings.previewEndpoint}</span>
            <StatusBadge status="active" text="active" />
          </div>
          <span className="text-table text-accent underline">{strings.previewLink}</span>
        </div>
      </div>
      <figcaption className="pt-1 text-label text-muted">{strings.themes[theme]}</figcaption>
    </figure>
  );
}
