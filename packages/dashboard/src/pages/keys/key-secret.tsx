import { SecretReveal, type Snippet } from "../../ui/secret-reveal.tsx";
import type { KeyRules, NewApiKey } from "./calls.ts";
import { strings } from "./strings.ts";

/** The only sight of a key, with the lines that people paste. */
export function KeySecret(props: {
  readonly made: NewApiKey;
  readonly rules: KeyRules;
  readonly onClose: () => void;
}) {
  const { made, rules, onClose } = props;
  const facts = [made.name, made.environment, made.scopes.join(", ")].filter(Boolean).join(" · ");
  return (
    <SecretReveal
      noun={strings.noun}
      secret={made.key}
      facts={facts}
      snippets={snippetsOf(rules)}
      isOnce
      onClose={onClose}
    />
  );
}

function snippetsOf({ headers }: KeyRules): readonly Snippet[] {
  const isOwnHeader = headers[0] === "X-API-Key";
  const header = isOwnHeader ? "X-API-Key: SECRET" : "Authorization: Bearer SECRET";
  const node = isOwnHeader
    ? `"x-api-key": process.env.POSTHORN_API_KEY`
    : "authorization: `Bearer ${process.env.POSTHORN_API_KEY}`";
  const url = `${window.location.origin}/api/events`;
  return [
    { title: ".env", language: "text", code: "POSTHORN_API_KEY=SECRET" },
    { title: "curl", language: "shell", code: `curl ${url} \\\n  -H '${header}'` },
    {
      title: "Node",
      language: "typescript",
      code: `const answer = await fetch("${url}", {\n  headers: { ${node} },\n});`,
    },
  ];
}
