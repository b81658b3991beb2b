/** The signatures of the SDK's client, from its table of nouns and verbs and the OpenAPI document. */
import { namesIn, operationsOf, traitsOf, type Operation } from "./api-module.ts";
import { isSchema, type Schema } from "./schema-code.ts";

type Methods = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Throws for a verb whose operation is not in the document. */
export function clientModule(document: Schema, methods: Methods): string {
  const operations = new Map(operationsOf(document).map((each) => [each.id, each]));
  const nouns = Object.entries(methods).map(([noun, verbs]) => {
    const lines = Object.entries(verbs).map(([verb, id]) => {
      const operation = operations.get(id);
      if (!operation) throw new Error(`${noun}.${verb} of the SDK: there is no operation ${id}.`);
      return signature(verb, operation);
    });
    return `  readonly ${noun}: {\n${lines.join("")}  };\n`;
  });
  return `// Made by \`npm run reference\` from the API's routes and client/methods.ts; edit these.
import type { CallOptions, ChangeOptions, PublishOptions } from "../client/options.ts";
import type { List } from "../client/list.ts";
import type { Answer, Body, Query } from "./api.ts";

/** Every noun of the API with its verbs. */
export interface Resources {
${nouns.join("")}}
`;
}

function signature(verb: string, operation: Operation): string {
  const { id, method, path, description } = operation;
  const traits = traitsOf(operation);
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(
    ([, name = ""]) => `${name}: ${name === "number" ? "number" : "string"}`,
  );
  const { requestBody } = description;
  const isBodyOptional = isSchema(requestBody) && requestBody["required"] === false;
  const body = traits.body ? [`body${isBodyOptional ? "?" : ""}: Body<"${id}">`] : [];
  // A parameter that must be given cannot follow one that may be left out.
  const isQueryOptional = body.length === 0 || isBodyOptional;
  const query = traits.query ? [`query${isQueryOptional ? "?" : ""}: Query<"${id}">`] : [];
  const given = [...params, ...query, ...body, `options?: ${optionsType(method, description)}`];
  const answer = `Answer<"${id}">`;
  const result = traits.list ? `List<${answer}["data"][number], ${answer}>` : `Promise<${answer}>`;
  return `    /** ${String(description["summary"])} */\n    ${verb}(${given.join(", ")}): ${result};\n`;
}

function optionsType(method: string, description: Schema): string {
  if (namesIn(description, "header").includes("Idempotency-Key")) return "PublishOptions";
  return method === "PATCH" ? "ChangeOptions" : "CallOptions";
}
