import { sayDuration } from "../../ui/clock.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import type { EndpointRules } from "../webhook/calls.ts";
import { Section } from "./section.tsx";
import { strings } from "./strings.ts";

type Format = EndpointRules["wireFormats"][number];

/** The signature and the schedule of one wire format, exactly. */
export function FormatDocs({ format }: { readonly format: Format }) {
  const { signature, timeoutSeconds } = format;
  const rows = [
    [strings.what, <code key="content">{signature.content}</code>],
    [strings.key, strings.keys[signature.keyBytes]],
    [
      strings.written,
      <code key="each">
        {signature.each} ({signature.encoding})
      </code>,
    ],
    [
      strings.age,
      signature.toleranceSeconds === 0
        ? strings.noAge
        : strings.seconds(signature.toleranceSeconds),
    ],
  ] as const;
  return (
    <>
      <Section title={strings.signatures} text={strings.signatureText(signature.header)}>
        <dl className="grid pb-4 text-table desk:grid-cols-[160px_minmax(0,1fr)]">
          {rows.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="border-hairline pt-1.5 text-secondary desk:py-1.5 desk:pr-4 desk:border-b">
                {name}
              </dt>
              <dd className="border-b border-hairline py-1.5 text-code">{value}</dd>
            </div>
          ))}
        </dl>
        <CodeBlock
          code={strings.formula(signature.content, signature.encoding)}
          language="text"
          title={strings.verify}
        />
      </Section>
      <Section title={strings.retries} text={strings.retryText(timeoutSeconds)}>
        <Schedule delays={format.delaysSeconds} />
      </Section>
    </>
  );
}

function Schedule({ delays }: { readonly delays: readonly number[] }) {
  const say = (seconds: number) => (seconds === 0 ? strings.atOnce : sayDuration(seconds * 1000));
  return (
    <table className="w-full text-left text-table tabular-nums">
      <thead>
        <tr className="h-8 border-b border-hairline text-label text-secondary">
          {[strings.attempt, strings.wait, strings.since].map((head) => (
            <th key={head} scope="col" className="font-medium">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {delays.map((delay, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- An attempt is its number.
          <tr key={index} className="h-8 border-b border-hairline">
            <td>{index + 1}</td>
            <td>{say(delay)}</td>
            <td className="text-secondary">
              {say(delays.slice(0, index + 1).reduce((sum, each) => sum + each, 0))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
