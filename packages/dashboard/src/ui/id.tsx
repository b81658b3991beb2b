import { useCopy } from "./copy-button.tsx";
import { words } from "./words.ts";

const HEAD = 9;
const TAIL = 4;

/** An id in its short form; a click copies the whole one, and focus shows it. */
export function Id({ id, name = "id" }: { readonly id: string; readonly name?: string }) {
  const [isCopied, copy] = useCopy(name);
  const short = id.length > HEAD + TAIL + 1 ? `${id.slice(0, HEAD)}…${id.slice(-TAIL)}` : id;
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
      <span className="group-focus-visible:hidden">{isCopied ? words.copied : short}</span>
      <span className="hidden group-focus-visible:inline">{isCopied ? words.copied : id}</span>
    </button>
  );
}
