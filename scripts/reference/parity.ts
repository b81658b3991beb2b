/** Every operation of the API beside its command, its SDK method and its place in the dashboard. */
import { METHODS } from "../../packages/sdk/src/client/methods.ts";
import { operationsOf } from "./api-module.ts";
import { cliCalls, type ExampleRequest } from "./cli-calls.ts";
import { dashboardCalls } from "./dashboard-calls.ts";
import { REASONS } from "./parity-reasons.ts";
import type { Schema } from "./schema-code.ts";

/** Operations that have no place there and no reason; the numbers may only fall. */
export const GAPS_MAX = { cli: 0, sdk: 0, dashboard: 2 } as const;

const SURFACES = ["cli", "sdk", "dashboard"] as const;
type Surface = (typeof SURFACES)[number];

/** What a surface is missing, as a person reads it. */
const REMEDIES: Readonly<Record<Surface, string>> = {
  cli: "no command whose help's examples call it",
  sdk: "no line in packages/sdk/src/client/methods.ts",
  dashboard: "no call in packages/dashboard/src",
};

export interface ParityRow {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Empty where nothing calls it. */
  readonly found: Readonly<Record<Surface, readonly string[]>>;
}

export interface Parity {
  readonly rows: readonly ParityRow[];
  /** Command → what its first example asks the API for. */
  readonly requests: ReadonlyMap<string, readonly ExampleRequest[]>;
  /** Command → what an example writes with `--json`. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Examples of commands that the command line does not understand. */
  readonly brokenExamples: readonly string[];
}

export async function findParity(document: Schema, root: string): Promise<Parity> {
  const { calls: cli, requests, outputs, broken } = await cliCalls(document);
  const dashboard = dashboardCalls(document, `${root}/packages/dashboard/src`);
  const sdk = sdkMethods();
  const list = (names: Iterable<string> | undefined) => [...(names ?? [])].toSorted();
  const rows = operationsOf(document).map(({ id, method, path }) => ({
    id,
    method,
    path,
    found: { cli: list(cli.get(id)), sdk: list(sdk.get(id)), dashboard: list(dashboard.get(id)) },
  }));
  return { rows, requests, outputs, brokenExamples: broken };
}

/** Sentences about what is wrong; none when the table may stand as it is. */
export function parityProblems({
  rows,
  brokenExamples,
}: Pick<Parity, "rows" | "brokenExamples">): string[] {
  const problems = SURFACES.flatMap((surface) => {
    const gaps = gapsOf(rows, surface);
    if (gaps.length <= GAPS_MAX[surface]) return [];
    const named = gaps.map(({ id }) => id).join(", ");
    return [
      `${surface}: ${gaps.length} operations have no place, ${GAPS_MAX[surface]} are allowed (${REMEDIES[surface]}; ` +
        `a reason goes to scripts/reference/parity-reasons.ts): ${named}`,
    ];
  });
  return [...problems, ...staleReasons(rows), ...brokenExamples];
}

export function parityPage({ rows }: Pick<Parity, "rows">, note: string): string {
  const lines = rows.map(({ id, method, path, found }) => {
    const cells = SURFACES.map((surface) => cellOf(id, surface, found[surface]));
    return `| \`${method} ${path}\` | ${cells.join(" | ")} |`;
  });
  const counts = SURFACES.map(
    (surface) => `${gapsOf(rows, surface).length} of the ${NAMES[surface]}`,
  );
  return `# Parity
${note}
What one can do is the same everywhere: each operation of the API with its command, its method of \`@posthorn/sdk\` and the part
of the dashboard that calls it, or why there is none. Found by running the examples in the commands' help, from the SDK's
table, and in the dashboard's sources. Open: ${counts.join(", ")}.

| API | CLI | SDK | dashboard |
| --- | --- | --- | --- |
${lines.join("\n")}
`;
}

const NAMES: Readonly<Record<Surface, string>> = {
  cli: "command line",
  sdk: "SDK",
  dashboard: "dashboard",
};

function cellOf(id: string, surface: Surface, found: readonly string[]): string {
  if (found.length > 0)
    return found.map((name) => (surface === "dashboard" ? name : `\`${name}\``)).join(", ");
  const reason = REASONS[id]?.[surface];
  return reason === undefined ? "**open**" : `– ${reason}`;
}

function gapsOf(rows: readonly ParityRow[], surface: Surface): ParityRow[] {
  return rows.filter(({ id, found }) => found[surface].length === 0 && !REASONS[id]?.[surface]);
}

/** A reason why something is not there, while it is there, misleads. */
function staleReasons(rows: readonly ParityRow[]): string[] {
  const known = new Map(rows.map((row) => [row.id, row]));
  return Object.entries(REASONS).flatMap(([id, reasons]) => {
    const row = known.get(id);
    if (!row) return [`parity-reasons.ts: there is no operation ${id}`];
    return SURFACES.filter((surface) => reasons[surface] && row.found[surface].length > 0).map(
      (surface) =>
        `parity-reasons.ts: ${id} is in the ${NAMES[surface]}: ${row.found[surface].join(", ")}`,
    );
  });
}

function sdkMethods(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [noun, verbs] of Object.entries(METHODS)) {
    for (const [verb, id] of Object.entries(verbs)) {
      found.set(id, (found.get(id) ?? new Set()).add(`${noun}.${verb}`));
    }
  }
  return found;
}
