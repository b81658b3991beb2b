import { existsSync, readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import { lintProfile } from "./domain/profile-lint.ts";
import { resolveProfiles, type Profile, type ProfileProblem } from "./domain/profile.ts";
import { wireFormats, type WireFormat } from "./domain/wire-format.ts";
import { schemaProblems } from "./platform/json-schema.ts";

export interface LoadedProfiles {
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly wireFormats: ReadonlyMap<string, WireFormat>;
  /** The id of the profile in `extraFile`; undefined when there is none or it cannot be used. */
  readonly extraId: string | undefined;
  /** With an error among them the process must not start. */
  readonly problems: readonly ProfileProblem[];
}

/** Beside `src` in the repository and beside `dist` in the package. */
const FOLDER = new URL("../profiles/", import.meta.url);

/** A document of ours, as far as the details of its event types are concerned. */
const documentShape = z.looseObject({
  catalogue: z.looseObject({
    groups: z.array(z.looseObject({ events: z.array(z.looseObject({ type: z.string() })) })),
  }),
});
const detailsShape = z.record(
  z.string(),
  z.strictObject({ schema: z.record(z.string(), z.json()), example: z.json() }),
);

/**
 * Reads the profiles that come with the product and, if given, one from a file of the operator's, which may extend
 * them. Only the operator's is linted here: the tests lint ours, and sixty schemas would slow down every start.
 */
export function loadProfiles(options: { readonly extraFile?: string } = {}): LoadedProfiles {
  const extra = readExtra(options.extraFile);
  const resolved = resolveProfiles([...builtInDocuments(), ...extra.documents]);
  const profiles = new Map(resolved.profiles);
  const problems = [...extra.problems, ...resolved.problems];
  const profile = extra.id === undefined ? undefined : profiles.get(extra.id);
  if (profile !== undefined) {
    const found = lintProfile(profile, { checkExample });
    problems.push(...found);
    // A profile that cannot work must not reach the code that relies on the lint.
    if (found.some(({ level }) => level === "error")) profiles.delete(profile.id);
  }
  return {
    profiles,
    wireFormats: wireFormats(profiles.values()),
    extraId: profile && profiles.has(profile.id) ? profile.id : undefined,
    problems,
  };
}

/** Judges an example by its JSON Schema 2020-12: a sentence when it does not fit, or the schema is none. */
export function checkExample(schema: object, example: unknown): string | undefined {
  const problems = schemaProblems(schema, example);
  if (problems.length === 0) return undefined;
  return problems.map(({ pointer, message }) => `example${pointer} ${message}`).join(", ");
}

/** The documents of the product, each event type with the schema and example from the file beside it. */
export function builtInDocuments(): unknown[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return names.map((name) => {
    const document = documentShape.parse(readJson(new URL(name, FOLDER)));
    const detailsFile = new URL(`events/${name}`, FOLDER);
    if (!existsSync(detailsFile)) return document;
    const details = detailsShape.parse(readJson(detailsFile));
    const groups = document.catalogue.groups.map((group) => ({
      ...group,
      events: group.events.map((event) => ({ ...event, ...details[event.type] })),
    }));
    return { ...document, catalogue: { ...document.catalogue, groups } };
  });
}

function readExtra(file: string | undefined): {
  readonly id: string | undefined;
  readonly documents: readonly unknown[];
  readonly problems: readonly ProfileProblem[];
} {
  if (file === undefined) return { id: undefined, documents: [], problems: [] };
  try {
    const document = readJson(file);
    const head = z.looseObject({ id: z.string() }).safeParse(document);
    return { id: head.data?.id, documents: [document], problems: [] };
  } catch (error) {
    const message = `Cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    const problem = { profileId: file, level: "error", pointer: "", message } as const;
    return { id: undefined, documents: [], problems: [problem] };
  }
}

function readJson(file: string | URL): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
