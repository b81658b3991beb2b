import { strings } from "./strings.ts";

/** Names and values as they were on the wire. */
export function HeaderList({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <section>
      <h2 className="pb-1 text-label font-medium text-secondary">{strings.headers}</h2>
      <dl className="font-mono text-code">
        {entries.map(([name, value]) => (
          <div key={name} className="flex flex-wrap gap-x-3 border-b border-hairline py-1">
            <dt className="min-w-52 text-secondary max-desk:w-full">{name}</dt>
            <dd className="min-w-0 flex-1 break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
