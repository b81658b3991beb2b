import { useState } from "react";
import { ButtonLink } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Field, Select } from "../../ui/field.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { gateOf, useMe } from "../../session.ts";
import { useEndpointRules } from "../webhook/calls.ts";
import { FormatDocs } from "./format-docs.tsx";
import { Section } from "./section.tsx";
import { strings } from "./strings.ts";

/** Made from the wire formats, so that it cannot disagree with what is sent. */
export function Page() {
  const isOpen = gateOf(useMe(), "webhooks").allowed;
  return (
    <div className="max-w-3xl">
      <PageHeader title={strings.title} text={strings.text} />
      <div className="flex flex-col gap-10">
        <Section title={strings.flow}>
          <ol className="flex flex-col gap-2">
            {strings.steps.map(([name, text], index) => (
              <li key={name} className="flex gap-3">
                <span className="w-5 shrink-0 text-right tabular-nums text-muted">{index + 1}</span>
                <span>
                  <strong className="font-medium">{name}.</strong>{" "}
                  <span className="text-secondary">{text}</span>
                </span>
              </li>
            ))}
          </ol>
        </Section>
        {isOpen && <Formats />}
        <Api />
        <Section title={strings.cli} text={strings.cliText}>
          <CodeBlock
            code={"npx posthorn login\nnpx posthorn listen --forward-to localhost:3000/webhooks"}
            language="shell"
            title={strings.cliCommands}
          />
        </Section>
        <Section title={strings.trouble}>
          <dl className="flex flex-col gap-3">
            {strings.troubles.map(([name, text]) => (
              <div key={name}>
                <dt className="font-medium">{name}</dt>
                <dd className="text-secondary">{text}</dd>
              </div>
            ))}
          </dl>
        </Section>
      </div>
    </div>
  );
}

function Formats() {
  const rules = useEndpointRules();
  const [chosen, setChosen] = useState<string | null>(null);
  const format = rules?.wireFormats.find(({ id }) => id === (chosen ?? rules.wireFormat));
  if (!rules || !format) return null;
  return (
    <>
      <Field label={strings.format} className="max-w-md">
        <Select
          value={format.id}
          onChange={setChosen}
          choices={rules.wireFormats.map(({ id, title }) => ({ value: id, label: title }))}
        />
      </Field>
      <FormatDocs format={format} />
    </>
  );
}

function Api() {
  const url = window.location.origin;
  return (
    <Section title={strings.api} text={strings.apiText}>
      <CodeBlock
        code={`curl ${url}/api/webhooks -H "X-API-Key: $POSTHORN_API_KEY"`}
        language="shell"
        title={`${strings.baseUrl}: ${url}/api`}
      />
      <div className="pt-3">
        <ButtonLink to={`${url}/api/openapi.json`}>{strings.openapi}</ButtonLink>
      </div>
    </Section>
  );
}
