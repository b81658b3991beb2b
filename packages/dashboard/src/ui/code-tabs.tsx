import { useSyncExternalStore } from "react";
import { CodeBlock, type Language } from "./code-block.tsx";
import { words } from "./words.ts";

export interface CodeSample {
  /** "curl", "Node", "Python": remembered across pages. */
  readonly title: string;
  readonly language: Language;
  readonly code: string;
}

const SETTING = "posthorn.code";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function choose(title: string): void {
  localStorage.setItem(SETTING, title);
  for (const each of listeners) each();
}

/** The same in several languages; who has chosen one finds it chosen everywhere. */
export function CodeTabs({ samples }: { readonly samples: readonly CodeSample[] }) {
  const chosen = useSyncExternalStore(subscribe, () => localStorage.getItem(SETTING));
  const sample = samples.find(({ title }) => title === chosen) ?? samples[0];
  if (!sample) return null;
  return (
    <CodeBlock
      code={sample.code}
      language={sample.language}
      tabs={
        <span role="group" aria-label={words.languages} className="flex gap-0.5 overflow-x-auto">
          {samples.map(({ title }) => (
            <button
              key={title}
              type="button"
              aria-pressed={title === sample.title}
              onClick={() => choose(title)}
              className="min-h-6 whitespace-nowrap rounded-[4px] px-1.5 text-label text-secondary aria-pressed:font-medium aria-pressed:text-text"
            >
              {title}
            </button>
          ))}
        </span>
      }
    />
  );
}
