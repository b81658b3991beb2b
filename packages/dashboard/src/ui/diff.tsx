import type { ReactNode } from "react";

/** One field that changes; a list shows what comes and what goes. */
export interface Change {
  readonly name: string;
  readonly before: string | readonly string[];
  readonly after: string | readonly string[];
  /** What it means: "1,204 deliveries in the last 7 days stop". */
  readonly note?: ReactNode;
}

/** What is different, in a form that is read aloud well: signs and words, not colour alone. */
export function Diff({
  changes,
  label,
}: {
  readonly changes: readonly Change[];
  readonly label: string;
}) {
  return (
    <dl aria-label={label} className="divide-y divide-hairline border-y border-hairline text-table">
      {changes.map((change) => (
        <div key={change.name} className="grid gap-x-4 gap-y-1 py-2 desk:grid-cols-[120px_1fr]">
          <dt className="text-secondary">{change.name}</dt>
          <dd className="flex min-w-0 flex-col gap-0.5">
            {linesOf(change).map(({ sign, text }) => (
              <Line key={sign + text} sign={sign} text={text} />
            ))}
            {change.note && <span className="text-label text-muted">{change.note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Line({ sign, text }: { readonly sign: "+" | "−"; readonly text: string }) {
  const isNew = sign === "+";
  const Tag = isNew ? "ins" : "del";
  return (
    <Tag
      className={`flex gap-2 rounded-[3px] px-1.5 font-mono text-[12px] no-underline ${isNew ? "bg-ok-tint text-ok" : "bg-bad-tint text-bad"}`}
    >
      <span aria-hidden>{sign}</span>
      <span className="min-w-0 [overflow-wrap:anywhere]">{text === "" ? "(empty)" : text}</span>
    </Tag>
  );
}

export function linesOf({ before, after }: Pick<Change, "before" | "after">) {
  const [old, next] = [[before].flat(), [after].flat()];
  return [
    ...old.filter((each) => !next.includes(each)).map((text) => ({ sign: "−" as const, text })),
    ...next.filter((each) => !old.includes(each)).map((text) => ({ sign: "+" as const, text })),
  ];
}
