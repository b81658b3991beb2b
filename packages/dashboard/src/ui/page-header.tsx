import { useEffect, type ReactNode } from "react";
import { useTabTitle } from "../branding.ts";

/** The page's name, what it is for, and its one primary button; also the title of the browser's tab. */
export function PageHeader(props: {
  readonly title: string;
  /** Instead of `title` in the heading, for example with a status beside it. */
  readonly heading?: ReactNode;
  readonly text?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const tabTitle = useTabTitle(props.title);
  useEffect(() => {
    document.title = tabTitle;
  }, [tabTitle]);
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 pb-5">
      {/* Beside it stands what leaves room for 16 rem of it; on phones that is a menu, not a button. */}
      <div className="min-w-0 flex-[1_1_min(100%,16rem)]">
        <h1 className="text-title font-semibold tracking-[-0.01em] [overflow-wrap:anywhere]">
          {props.heading ?? props.title}
        </h1>
        {props.text && <p className="max-w-2xl pt-0.5 text-table text-secondary">{props.text}</p>}
      </div>
      {props.actions && <div className="flex flex-wrap items-center gap-2">{props.actions}</div>}
    </header>
  );
}
