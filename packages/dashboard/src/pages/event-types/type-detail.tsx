import { useQuery } from "@tanstack/react-query";
import type { Webhook } from "@posthorn/sdk";
import { read, type Page } from "../../api.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Day } from "../../ui/time.tsx";
import type { EventType } from "./calls.ts";
import { fieldsOf, typescriptOf } from "./schema-text.ts";
import { strings } from "./strings.ts";

/** One event type: what it means, its fields, an example, its TypeScript type, and who gets it. */
export function TypeDetail({ type }: { readonly type: EventType }) {
  const { type: name, title, description, schema, example, deprecated, deprecatedAt } = type;
  return (
    <article className="flex min-w-0 flex-col gap-6">
      <div>
        <h2 className="flex flex-wrap items-center gap-1 text-[16px] font-semibold leading-6">
          {title ?? name}
          <CopyButton text={name} name={strings.type.toLowerCase()} />
        </h2>
        {title !== undefined && <code className="text-code text-secondary">{name}</code>}
        <p className="pt-1 text-body text-secondary">{description}</p>
        {deprecated !== null && (
          <p className="mt-2 rounded-control bg-warn-tint px-3 py-2 text-table text-warn">
            {deprecatedAt === null ? (
              strings.deprecatedText(deprecated)
            ) : (
              <>
                {strings.deprecatedSince} <Day at={deprecatedAt} />. {deprecated}
              </>
            )}
          </p>
        )}
        <Subscribers name={name} />
      </div>
      <Fields schema={schema} />
      <CodeBlock
        code={JSON.stringify(example.data, null, 2)}
        language="json"
        title={strings.example}
      />
      <CodeBlock
        code={typescriptOf(name, schema)}
        language="typescript"
        title={strings.typescript}
      />
    </article>
  );
}

function Subscribers({ name }: { readonly name: string }) {
  const { data } = useQuery({
    queryKey: ["webhooks", "of-type", name],
    queryFn: ({ signal }) =>
      read<Page<Webhook>>("/api/webhooks", { event: name, limit: 100 }, signal),
  });
  return (
    <div className="flex flex-wrap items-center gap-2 pt-3 text-table">
      <span className="text-secondary">{data && strings.subscribers(data.data.length)}</span>
      {data && data.data.length > 0 && (
        <ButtonLink to={`/settings/integrations/webhooks?event=${name}`} look="quiet">
          {strings.seeEndpoints}
        </ButtonLink>
      )}
      <ButtonLink to={`/settings/integrations/events?tab=log&type=${name}`} look="quiet">
        {strings.seeEvents}
      </ButtonLink>
    </div>
  );
}

function Fields({ schema }: Pick<EventType, "schema">) {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return <p className="text-table text-secondary">{strings.noSchema}</p>;
  return (
    <table className="w-full text-left text-table">
      <caption className="sr-only">{strings.data}</caption>
      <thead>
        <tr className="h-8 border-b border-hairline text-label text-secondary">
          <th scope="col" className="font-medium">
            {strings.field}
          </th>
          <th scope="col" className="font-medium">
            {strings.type}
          </th>
          <th scope="col" className="w-20 font-medium">
            {strings.required}
          </th>
          <th scope="col" className="font-medium max-desk:hidden">
            {strings.meaning}
          </th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ path, type, isRequired, description }) => (
          <tr key={path} className="border-b border-hairline">
            <td className="py-1.5 pr-3 font-mono text-code [overflow-wrap:anywhere]">{path}</td>
            <td className="pr-3 text-secondary">{type}</td>
            <td className="text-secondary">{isRequired ? strings.yes : strings.no}</td>
            <td className="text-secondary max-desk:hidden">{description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
