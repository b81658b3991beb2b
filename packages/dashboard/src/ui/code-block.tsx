import { WrapText } from "lucide-react";
import { useState, type ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { ColouredCode } from "./coloured-code.tsx";
import type { Language } from "./highlight.ts";
import { Icon } from "./icons.tsx";
import { words } from "./words.ts";

export type { Language };

/** Longer code is shown to here: the whole of it would freeze the page, and can be copied. */
const SHOWN_MAX = 100_000;

export interface CodeBlockProps {
  readonly code: string;
  readonly language: Language;
  readonly title?: string;
  /** Left in the head, instead of the title: tabs of languages. */
  readonly tabs?: ReactNode;
  readonly actions?: ReactNode;
  /** False where copying has a button of its own. */
  readonly hasCopy?: boolean;
}

/** Code on sunken ground, with a head for its name, wrapping and copying; scrolls inside itself. */
export function CodeBlock(props: CodeBlockProps) {
  const { code, language, title, hasCopy = true } = props;
  const [isWrapped, setWrapped] = useState(language !== "typescript" && language !== "shell");
  const shown = code.length > SHOWN_MAX ? code.slice(0, SHOWN_MAX) : code;
  return (
    <figure className="min-w-0 overflow-hidden rounded-control bg-sunken dark:border dark:border-hairline">
      <figcaption className="flex min-h-8 items-center justify-between gap-2 border-b border-hairline pl-3 pr-1">
        {props.tabs ?? <span className="truncate text-label text-secondary">{title}</span>}
        <span className="flex items-center">
          {props.actions}
          <IconButton
            label={isWrapped ? words.dontWrap : words.wrap}
            aria-pressed={isWrapped}
            onClick={() => setWrapped(!isWrapped)}
          >
            <Icon of={WrapText} />
          </IconButton>
          {hasCopy && <CopyButton text={code} name={title ?? words.code} />}
        </span>
      </figcaption>
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- What scrolls must be reachable by keyboard.
        tabIndex={0}
        role="region"
        aria-label={title ?? words.code}
        className={
          "max-h-[480px] overflow-auto px-3 py-2 text-code outline-offset-[-2px] " +
          (isWrapped ? "whitespace-pre-wrap [overflow-wrap:anywhere]" : "whitespace-pre")
        }
      >
        <code>
          <ColouredCode code={shown} language={language} />
        </code>
      </pre>
      {shown !== code && (
        <p className="border-t border-hairline px-3 py-1 text-label text-muted">
          {words.cutAt(SHOWN_MAX)}
        </p>
      )}
    </figure>
  );
}
