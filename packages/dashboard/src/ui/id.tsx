import { useCopy } from "./copy-button.tsx";
import { words } from "./words.ts";

const HEAD = 9;
const TAIL = 4;

/** `ep_01m8cv…fgw4`. */
export function shortId(id: string): string {
  return id.length > HEAD + TAIL + 1 ? `${id.slice(0, HEAD)}…${id.slice(-TAIL)}` : id;
}

/** An id in its short form; a click copies the whole one, and focus shows it. */
export function Id({ id, name = "id" }: { readonly id: string; readonly name?: string }) {
  const [isCopied, copy] = useCopy(name);
  return (
    <button
      type="button"
      title={`${id} · ${words.copyName(name)}`}
      aria-label={`${words.copyName(name)} ${id}`}
      onClick={(event) => {
        event.stopPropagation();
        void copy(id);
      }}
      className="group rounded-[3px] font-mono text-[12px] text-secondary hover:text-text"
    >
      <span className="group-focus-visible:hidden">{isCopied ? words.copied : shortId(id)}</span>
      <span className="hidden group-focus-visible:inline">{isCopied ? words.copied : id}</span>
    </button>
  );
}
