import { SecretReveal, type Snippet } from "../../ui/secret-reveal.tsx";
import type { ReactNode } from "react";
import type { Webhook } from "./calls.ts";
import { formStrings } from "./form-strings.ts";
import { sdkName } from "./receiver-samples.ts";

/** A signing secret, after it was made, rolled or revealed. */
export function EndpointSecret(props: {
  readonly webhook: Pick<Webhook, "id" | "url" | "wireFormat">;
  readonly secret: string;
  /** False when it was revealed: then it can be revealed again. */
  readonly isOnce: boolean;
  readonly more?: ReactNode;
  readonly onClose: () => void;
}) {
  const { webhook, more } = props;
  return (
    <SecretReveal
      noun={formStrings.noun}
      secret={props.secret}
      facts={`${webhook.url} · ${webhook.wireFormat}`}
      snippets={snippetsOf(sdkName(webhook.wireFormat))}
      isOnce={props.isOnce}
      {...(more === undefined ? {} : { more })}
      onClose={props.onClose}
    />
  );
}

function snippetsOf(format: string): readonly Snippet[] {
  return [
    { title: ".env", language: "text", code: "WEBHOOK_SECRET=SECRET" },
    {
      title: "Node",
      language: "typescript",
      code: `import { createReceiver } from "@posthorn/sdk/webhooks";\n\nexport const hooks = createReceiver({ format: "${format}", secret: process.env.WEBHOOK_SECRET });`,
    },
  ];
}
