import { CodeBlock } from "../../ui/code-block.tsx";
import { CodeTabs } from "../../ui/code-tabs.tsx";
import type { Webhook } from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";
import { receiverSamples, sdkName } from "./receiver-samples.ts";

/** The receiver of this endpoint, in the reader's framework, with its format filled in. */
export function CodeTab({ webhook }: { readonly webhook: Webhook }) {
  const format = sdkName(webhook.wireFormat);
  const path = new URL(webhook.url).pathname;
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <p className="text-body text-secondary">{dialogStrings.codeText(format)}</p>
      <CodeTabs samples={receiverSamples(format, path === "/" ? "/webhooks" : path)} />
      <CodeBlock code="WEBHOOK_SECRET=whsec_…" language="text" title={dialogStrings.envTitle} />
      <CodeBlock
        code={`posthorn listen --endpoint ${webhook.id} --forward-to localhost:3000${path}`}
        language="shell"
        title={dialogStrings.listenTitle}
      />
    </div>
  );
}
