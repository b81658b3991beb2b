/**
 * Makes the pages of docs/reference, and the types of the API in the SDK, from the tables in the code: `--write`
 * writes them, `--check` (the default) exits with 1 when one of them is not what the code says.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OPERATIONAL_EVENTS } from "../packages/server/src/domain/operational-event.ts";
import { API_ERRORS } from "../packages/server/src/errors.ts";
import { FIELD_ERRORS } from "../packages/server/src/field-errors.ts";
import { openapiDocument } from "../packages/server/src/http/openapi.ts";
import { routesFor } from "../packages/server/src/http/routes.ts";
import { MEASURES_KEPT_MS } from "../packages/server/src/limits.ts";
import { METRICS, type MetricRow } from "../packages/server/src/metric-table.ts";
import { loadProfiles } from "../packages/server/src/profiles.ts";
import { SETTINGS, type Setting } from "../packages/server/src/settings.ts";
import { METHODS } from "../packages/sdk/src/client/methods.ts";
import { apiTypesModule, operationsModule } from "./reference/api-module.ts";
import { cliPage } from "./reference/cli-page.ts";
import { curlModule } from "./reference/curl-module.ts";
import { clientModule } from "./reference/client-module.ts";
import { lostMembers, shapesOf, type Shape } from "./reference/json-shape.ts";
import { parityPage, parityProblems, findParity } from "./reference/parity.ts";

const ROOT = new URL("../", import.meta.url);
const NOTE = "<!-- Made by `npm run reference`; edit the code it is made from. -->\n";

type Cells = readonly string[];

/** By their paths. */
async function pages(): Promise<Map<string, string>> {
  const routes = routesFor("all");
  const document = openapiDocument(routes);
  const parity = await findParity(document, fileURLToPath(ROOT));
  for (const problem of parityProblems(parity)) {
    console.log(problem);
    process.exitCode = 1;
  }
  return new Map([
    ["docs/reference/cli.md", cliPage(parity.rows, NOTE)],
    ["docs/reference/cli-json.json", cliJson(parity.outputs)],
    ["docs/reference/config.md", configPage()],
    ["docs/reference/errors.md", errorsPage()],
    ["docs/reference/events.md", eventsPage()],
    ["docs/reference/metrics.md", metricsPage()],
    ["docs/reference/parity.md", parityPage(parity, NOTE)],
    ["docs/reference/openapi.json", `${JSON.stringify(document, null, 2)}\n`],
    ["packages/cli/src/generated/curl.ts", curlModule(parity.requests, routes)],
    ["packages/sdk/src/generated/api.ts", apiTypesModule(document)],
    ["packages/sdk/src/generated/client.ts", clientModule(document, METHODS)],
    ["packages/sdk/src/generated/operations.ts", operationsModule(document)],
  ]);
}

/** What every command writes with `--json`: scripts rely on it, so what they would miss is said aloud. */
function cliJson(outputs: ReadonlyMap<string, string>): string {
  const shapes = Object.fromEntries(
    [...outputs]
      .map(([command, output]) => [command, shapesOf(output)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  const file = new URL("docs/reference/cli-json.json", ROOT);
  const before: Shape = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  for (const lost of lostMembers(before, shapes)) {
    console.log(`--json, scripts will miss: ${lost}. Say so in CHANGELOG.md.`);
  }
  return `${JSON.stringify(shapes, null, 1)}\n`;
}

function configPage(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map((row) => [
    row.flag === null ? "–" : `\`--${row.flag}\``,
    `\`${row.environment}\``,
    row.kind.name,
    row.default === null ? (row.otherwise ?? "none") : `\`${row.default}\`${unit(row)}`,
    row.sentence,
  ]);
  return `# Settings
${NOTE}
Nothing has to be set. A flag goes before the environment, the environment before a file, a file before the default.
An empty variable counts as absent. Unknown flags, unknown \`POSTHORN_…\` variables, bad values and contradictions are
refused at start, all at once. \`posthorn config\` prints each effective value and where it came from, without secrets.

${table(["flag", "environment", "value", "default", "meaning"], rows)}
## What contradicts

- Development mode on an address that is not loopback.
- A public URL that is not https in production, unless its host is loopback.
- \`--database-url\` without \`POSTHORN_OPERATOR_KEY\` or \`POSTHORN_MASTER_KEY\`: all nodes share them, so no node may make its own.
`;
}

function unit(row: Setting<unknown>): string {
  return row.unit === undefined ? "" : ` ${row.unit}`;
}

function errorsPage(): string {
  const sections = Object.entries(API_ERRORS).map(
    ([code, { status, title, retry, meaning }]) =>
      `### \`${code}\`\n\n**${status}** ${title}. ${meaning}${retry ? " Worth repeating." : ""}\n`,
  );
  const fields = Object.entries(FIELD_ERRORS).map(([code, sentence]) => [`\`${code}\``, sentence]);
  return `# Errors
${NOTE}
Every refusal is a problem document (RFC 9457, \`application/problem+json\`): \`type\`, \`title\`, \`status\`, \`code\`,
\`requestId\`, and where there is more to say \`detail\`, \`errors\` and members of the code's own. Match on \`code\`: codes are
never renamed and never used again for something else. Answers worth repeating carry \`Retry-After\` where the time is known.

## Codes

${sections.join("\n")}
## Fields

An answer with the code \`invalid_request\` lists every field in \`errors\`, each as \`{pointer, code, message, fix?}\`. The
pointer (RFC 6901) leads into the body, or names a query parameter. \`fix\` is a value that would be accepted.

${table(["code", "meaning"], fields)}`;
}

function eventsPage(): string {
  const profiles = [...loadProfiles().profiles.values()].toSorted((a, b) =>
    a.id.localeCompare(b.id),
  );
  const sections = profiles.map(({ id, title, source, catalogue }) => {
    const groups = catalogue.groups.map(({ title: group, events }) => {
      const rows = events.map(({ type, description }) => [`\`${type}\``, description]);
      return `### ${title}: ${group}\n\n${table(["type", "when"], rows)}`;
    });
    const count = catalogue.groups.reduce((sum, group) => sum + group.events.length, 0);
    const kinds = count === 0 ? "No types of its own" : `${count} types`;
    const others = catalogue.open
      ? "every other well-formed type is accepted"
      : "other types are refused";
    return `## \`${id}\`\n\n${title} (${source}). ${kinds}; ${others}.\n\n${groups.join("\n")}`;
  });
  const operational = OPERATIONAL_EVENTS.map((each) => [`\`${each.type}\``, each.description]);
  return `# Event types
${NOTE}
The catalogue follows the profile of the organization. \`GET /api/event-types\` lists it with the JSON Schema and an example
of each type's \`data\`.

## Operational events

In the catalogue of every profile: what befalls the organization's own endpoints. They are sent to endpoints that name
them; \`*\` and \`endpoint.*\` do not mean them, and nobody can publish one. See [notifications](../guides/notifications.md).

${table(["type", "when"], operational)}
${sections.join("\n")}`;
}

function metricsPage(): string {
  const rows = (of: MetricRow["of"]) =>
    Object.values<MetricRow>(METRICS)
      .filter((row) => row.of === of)
      .map(({ name, kind, labels = {}, help }) => {
        const values = Object.entries(labels).map(([label, value]) => ` \`${label}\`: ${value}.`);
        return [`\`${name}\``, kind, help + values.join("")];
      });
  const head = ["metric", "kind", "meaning"];
  return `# Metrics
${NOTE}
\`GET /metrics\` answers in the text format of Prometheus; in production it wants the operator key as a bearer token. Labels are
bounded: there are never ids in them. Dashboard and alert rules that use these names stand in \`deploy/\`.

## Of a node

With \`--workers\` a scrape is about all processes behind the port: counters and histograms are sums. Scrape every node.

${table(head, rows("process"))}
Beside them stand the numbers of Node and of the process: \`nodejs_…\` (those of \`nodejs_eventloop_lag_…\` begin anew with every
scrape) and \`process_…\`.

## Of the database

The same from every node, so take the maximum over nodes and not the sum. They are read when somebody scrapes, at most every
${MEASURES_KEPT_MS / 1000} seconds, by short statements with a time limit.

${table(head, rows("database"))}`;
}

function table(head: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

async function main(): Promise<void> {
  const isWriting = process.argv.includes("--write");
  for (const [path, text] of await pages()) {
    const file = new URL(path, ROOT);
    const isFresh = existsSync(file) && readFileSync(file, "utf8") === text;
    if (isFresh) continue;
    mkdirSync(new URL(".", file), { recursive: true });
    if (isWriting) writeFileSync(file, text);
    else process.exitCode = 1;
    console.log(`${path} ${isWriting ? "written" : "is stale; run npm run reference"}`);
  }
}

await main();
